"""The nouns that rules and use cases reason about: frozen dataclasses and enums; they import nothing but errors."""
