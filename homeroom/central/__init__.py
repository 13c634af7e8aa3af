"""The central services, printed from policy and plan: resolvers, RADIUS, DHCP, logs; and the lists of names."""
