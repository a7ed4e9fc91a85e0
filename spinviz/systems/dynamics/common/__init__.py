"""What several systems of vectors on a mesh share."""
