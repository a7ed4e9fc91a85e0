"""spinviz: see how countless spins become one magnetization, and what that magnetization does."""

__version__ = "0.1.0"
