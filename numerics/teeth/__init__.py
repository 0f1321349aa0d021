"""Teeth: false variants derived from each statement, which the kernel must not prove and the attack must break."""
