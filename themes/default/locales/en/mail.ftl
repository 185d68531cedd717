### The texts of mails. { $vendor } is the title of the theme.

## In every mail

mail-minutes = { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}
mail-hours = { $hours ->
    [one] { $hours } hour
   *[other] { $hours } hours
}
mail-days = { $days ->
    [one] { $days } day
   *[other] { $days } days
}
mail-hello = Hello { $name },
mail-hello-nobody = Hello,
mail-fallback = If the button does nothing, open this address:
mail-valid = The link works once, and for { $time }.
mail-ignore = If you did not ask for this, you need not do anything.
mail-time = Time
mail-device = Device
mail-place = Place
mail-ip = IP address
mail-asked-from = It was asked for from here:
mail-not-me = If it was not you, tell us: every session ends, and you set a new password.
mail-not-me-button = This was not me
mail-foot = Sent automatically by { $vendor }. Replies are not read.
mail-foot-support = Questions?
mail-foot-privacy = Privacy
mail-foot-imprint = Legal notice
mail-sign-in = Sign in

## Getting in

mail-invite-subject = Your account at { $vendor }
mail-invite-join-subject = An invitation from { $vendor }
mail-invite-title = Welcome to { $vendor }
mail-invite-join-title = You are invited
mail-invite-text = An account has been set up for you. Choose a password to start using it.
mail-invite-join-text = You have an account here already. Accept the invitation to use it for this too.
mail-invite-by = { $name } invites you.
mail-invite-for = You will act for { $customer }.
mail-invite-username = Your user name is { $account }.
mail-invite-button = Set your password
mail-invite-join-button = Accept the invitation
mail-activate-subject = Set your password for { $vendor }
mail-activate-title = Set your first password
mail-activate-text = You asked for a way in to your account { $account }. It has no password yet; choose one here.
mail-reset-subject = A new password for { $vendor }
mail-reset-title = Set a new password
mail-reset-text = You asked for a new password for your account { $account }.
mail-reset-admin-text = An administrator sends you this link to set a new password for your account { $account }.
mail-reset-button = Set a new password
mail-reset-keep = Until you set a new one, your old password keeps working. If you did not ask for this, ignore this message.
mail-exists-subject = You already have an account at { $vendor }
mail-exists-title = You already have an account
mail-exists-text = Somebody, probably you, tried to register with this address. It belongs to an account already, so nothing was changed.
mail-exists-forgot = Set a new password
mail-locked-subject = Your account at { $vendor } is locked for a while
mail-locked-title = Your account is locked
mail-locked-text = The wrong password was entered too often for your account { $account }. It opens again by itself in { $time }.
mail-locked-text-long = The wrong password was entered too often for your account { $account }. It stays locked until it is unlocked.
mail-locked-unlock = If that was you, you can unlock it now. If it was not, you need not do anything: the lock protects you.
mail-locked-button = Unlock my account
mail-deletion-subject = Your account at { $vendor } will be deleted
mail-deletion-title = Your account will be deleted
mail-deletion-text = As you asked, your account { $account } will be deleted on { $date }. Until then you can call it off.
mail-deletion-button = Keep my account
mail-added-subject = You have been given access to { $customer }
mail-added-title = New access
mail-added-text = Your account { $account } can now be used for { $customer }. Your password stays the same.
mail-added-role = Role
mail-removed-subject = Your access to { $customer } has ended
mail-removed-title = Access ended
mail-removed-text = Your account { $account } can no longer be used for { $customer }.
mail-removed-ask = If this surprises you, ask your administrator there.

## Addresses

mail-verify-subject = Confirm your email address
mail-verify-title = Confirm your email address
mail-verify-text = Somebody, probably you, used this address for an account at { $vendor }. Confirm that it is yours.
mail-verify-new-text = Somebody, probably you, is registering at { $vendor } with this address. Confirm that it is yours to go on.
mail-verify-button = Confirm this address
mail-change-subject = Confirm your new email address
mail-change-title = Confirm your new email address
mail-change-text = Confirm { $email } as the new address of your account at { $vendor }. Until then the old one stays.
mail-changed-subject = Your email address at { $vendor } was changed
mail-changed-title = Your email address was changed
mail-changed-text = Your account { $account } now has the address { $email }. You get no more mail here.
mail-changed-undo = If it was not you, take it back. The link works for seven days and protects your account at once.
mail-changed-button = Take it back
mail-phone-subject = Your phone number at { $vendor } was changed
mail-phone-title = Your phone number was changed
mail-phone-text = Your account { $account } now has the phone number { $phone }.
mail-phone-removed-text = The phone number of your account { $account } was removed.

## Codes and factors

mail-code-subject = Your code for { $vendor }
mail-code-subject-code = { $code } is your code for { $vendor }
mail-code-title = Your code
mail-code-text = Enter this code to go on. It is good for { $time }.
mail-code-warning = Tell it to nobody. We never ask for it on the phone or in a chat.
mail-enroll-subject = Set up your second factor for { $vendor }
mail-enroll-title = Set up your second factor
mail-enroll-text = Your account { $account } needs a second factor, such as an authenticator app or a passkey. Sign in with your password and set it up; it takes two minutes.
mail-enroll-again-text = The second factor of your account { $account } was reset. Sign in with your password and set up a new one; it takes two minutes.
mail-enroll-button = Set it up
mail-method-totp = an authenticator app
mail-method-sms = codes by SMS
mail-method-email = codes by email
mail-method-passkey = a passkey
mail-method-recovery = recovery codes
mail-mfa-added-subject = A second factor was added to your account
mail-mfa-added-title = A second factor was added
mail-mfa-added-text = Your account { $account } can now be signed in to with { $method }.
mail-mfa-removed-subject = A second factor was removed from your account
mail-mfa-removed-title = A second factor was removed
mail-mfa-removed-text = Your account { $account } can no longer be signed in to with { $method }.
mail-mfa-reset-subject = Your second factors were reset
mail-mfa-reset-title = Your second factors were reset
mail-mfa-reset-text = An administrator removed every second factor of your account { $account }. You set up a new one when you sign in.
mail-passkey-added-subject = A passkey was added to your account
mail-passkey-added-title = A passkey was added
mail-passkey-added-text = Your account { $account } can now be signed in to with a new passkey.
mail-passkey-removed-subject = A passkey was removed from your account
mail-passkey-removed-title = A passkey was removed
mail-passkey-removed-text = A passkey of your account { $account } was removed and no longer works.
mail-passkey-name = Passkey
mail-recovery-subject = A recovery code was used
mail-recovery-title = A recovery code was used
mail-recovery-text = A recovery code signed in to your account { $account }.
mail-recovery-left = { $count ->
    [0] No code is left. Make new ones after signing in.
    [one] { $count } code is left. Make new ones after signing in.
   *[other] { $count } codes are left.
}

## Other notices

mail-password-subject = Your password for { $vendor } was changed
mail-password-title = Your password was changed
mail-password-text = The password of your account { $account } was changed. Other sessions were ended.
mail-password-admin-text = An administrator changed the password of your account { $account }. All sessions were ended.
mail-device-subject = A new sign-in to your account at { $vendor }
mail-device-title = A new sign-in
mail-device-text = Your account { $account } was signed in to from a browser that was not used before.
mail-test-subject = Test message from { $vendor }
mail-test-title = It works
mail-test-text = This message shows that mail from { $vendor } arrives. You need not do anything.

## Text messages

sms-code = { $code } is your code for { $vendor }. Tell it to nobody.
