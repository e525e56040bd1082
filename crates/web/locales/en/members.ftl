# Members
menu-provider-members = Members
members-title = Members
members-intro = Who can sign in to the console of this provider.
members-add = Add a member
members-none = There are no members
members-none-hint = Whoever is added is shown here.
members-you = you
members-totp = Second step
members-totp-on = on
members-totp-off = off
members-last-sign-in = Last sign-in
members-never = never
members-role-hint = Admins also manage members and settings; clerks write, review and report filings.
members-own-account = My account
members-own-line = This is your own account. Change password and second step under “My account”; another admin can shut it.
members-own-refused = Nobody shuts the own account or resets its password here.
