"""The console: chat, plans, tasks and corrections in a browser; server-rendered, with no outside requests."""
