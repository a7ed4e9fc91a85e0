"""What several systems of ordered lattices share."""
