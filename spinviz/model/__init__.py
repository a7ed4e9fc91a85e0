"""The words shared by all layers: parameters, systems, laws, visuals, plots, frames."""
