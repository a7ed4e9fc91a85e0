"""Qt forms around the view: library, parameters, observables, transport."""
