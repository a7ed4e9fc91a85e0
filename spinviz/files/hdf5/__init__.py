"""HDF5 files of strangers, read in a process of their own: what breaks down there stops nothing here."""
