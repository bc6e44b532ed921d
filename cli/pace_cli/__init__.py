"""The command `pace`: it parses what was typed, calls one function of `pace` and shows the result."""
