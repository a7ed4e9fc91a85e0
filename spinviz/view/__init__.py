"""The 3D view: visuals become pixels here, in a window (`canvas`) and without one (`offscreen`) alike.

`renderer` draws visuals with one artist per kind; `overlay` writes over the picture; `camera` is free of Qt and OpenGL.
"""
