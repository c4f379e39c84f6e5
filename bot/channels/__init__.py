"""Channels translate, they do not think: a platform's update in, our `Reply` out."""
