"""OVF files of OOMMF and its relatives."""
