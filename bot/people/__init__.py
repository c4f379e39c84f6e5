"""Who may do what: members, roles, approval, invitations."""
