"""The 3D view: a camera, a renderer and one artist for each visual."""
