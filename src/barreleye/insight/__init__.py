"""What a network knows and how it learns, made visible: ``plots`` draws the pictures, with matplotlib."""
