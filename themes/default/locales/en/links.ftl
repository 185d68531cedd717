### Links from mails that do one thing.

link-unlock-title = Unlock your account
link-unlock-text = Your account was locked because a wrong password was entered too often. If that was you, unlock it now.
link-unlock-button = Unlock my account
link-unlock-done-title = Your account is unlocked
link-unlock-done-text = Go back to the application and sign in.
link-not-me-title = Was this not you?
link-not-me-text = If you did not do what the message says, somebody else may be using your account. Every session ends now, and you set a new password.
link-not-me-button = End all sessions and set a new password
link-enrol-title = Set up your second factor
link-enrol-text = Sign in with your password, then choose how to confirm that it is you.
link-enrol-button = Go on
link-enrol-done-title = Sign in to set up your second factor
link-enrol-done-text = Go back to the application and sign in. You are asked for your password first.
