"""What a tenant's rules were at earlier commits, for telling where a difference comes from."""
