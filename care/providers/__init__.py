"""The networks that Köprü speaks with in their own protocols, one module each."""
