## The pages of the account

account-nav = Your account
account-nav-overview = Your account
account-nav-profile = Profile
account-nav-password = Password
account-nav-methods = Sign-in methods
account-nav-sessions = Where you are signed in
account-nav-customers = Companies
account-nav-applications = Applications
account-nav-licences = Licences
account-nav-data = Your data
account-nav-activity = Activity
account-done-profile-saved = Your profile is saved.
account-done-factor-added = The new method works from now on.
account-done-factor-removed = The method is removed.
account-done-factor-renamed = The new name is saved.
account-done-email-sent = If the address can be used, we have sent a message with a link to it. It works for a day.
account-done-email-saved = Your email addresses are saved.
account-done-phone-saved = Your phone number is saved.
account-done-deletion-requested = Your account will be deleted. You can change your mind until then.
account-done-deletion-cancelled = Your account stays.
account-done-session-ended = That session has ended.
account-done-sessions-ended = You are signed out everywhere else.
account-done-confirmed = Thank you. Now choose once more what is to end.
account-done-browser-forgotten = That browser will be asked for a second step again.
account-done-default-set = This company will be proposed first from now on.
account-done-invitation-accepted = You have joined the company.
account-done-company-left = You have left the company.
account-done-application-revoked = The application has lost its access.
account-since = Since
account-older = Older entries
account-verified = Verified
account-unverified = Not verified
account-primary = Main address
save = Save
given-name = First name
family-name = Last name
problem-own-name-missing = Enter your first or last name.
problem-own-name-unusable = Use at most 100 characters, without line breaks.
problem-profile-managed = Your company’s directory keeps these details. Ask its administrator to change them.
problem-company-managed = This company’s directory says who works there. Ask its administrator.
problem-no-room = There is no login left for this company. Ask whoever invited you.

# Overview
account-no-email = No email address
account-no-phone = No phone number
account-password-changed = Last changed:
account-password-none = You have no password.
account-methods-count = { $count ->
    [0] Only your password
    [one] { $count } method besides your password
   *[other] { $count } methods besides your password
}
account-sessions-count = { $count ->
    [one] Signed in in { $count } browser
   *[other] Signed in in { $count } browsers
}
account-companies-count = { $count ->
    [0] No company yet
    [one] { $count } company
   *[other] { $count } companies
}
account-invitations-count = { $count ->
    [one] { $count } invitation waits for you
   *[other] { $count } invitations wait for you
}

# Profile
account-managed = Your company’s directory keeps these details. Ask its administrator to change them.
account-language = Language
account-language-hint = For messages that we send you.
account-language-browser = As my browser says
account-emails = Email addresses
account-phones = Phone numbers
account-email-verify = Send a link to verify
account-email-make-primary = Make main address
account-email-change = Change email address
account-email-new = New email address
account-email-hint = We send a link to it. The old address is told, and can take the change back for seven days.
account-email-send = Send link
problem-email-in-use = This address is in use on your account already, or cannot be taken off. Choose another one first.
problem-sent-too-often = { $count ->
    [one] Too many messages were asked for. You can try again in { $count } minute.
   *[other] Too many messages were asked for. You can try again in { $count } minutes.
}
account-phone-change = Change phone number
account-phone = Phone number
account-phone-new = Mobile number
account-phone-hint = With the country code, such as +46 70 123 45 67. We send a code to it.
account-phone-again = Another number, or a new code
account-phone-remove = Remove number
problem-phone-malformed = Enter a phone number with its country code, such as +46 70 123 45 67.
problem-phone-unreachable = We cannot send text messages to this number. Enter another one.

# Password
account-password-opens = It opens your access to:
account-password-change = Change password
account-password-administrators = Only your administrator can change your password.

# Sign-in methods
account-methods-text = Besides your password. Each of them makes your account safer.
account-methods-none = You have added nothing yet. Anybody who learns your password gets in.
account-methods-elsewhere = Was somebody else signed in to your account?
account-methods-add = Add a method
account-factor-name = Name
account-factor-name-hint = So that you know it again, such as “My phone”.
account-factor-manage = Name or remove
account-factor-synchronised = On all your devices
account-factor-remove = Remove
account-factor-remove-title = Remove this method?
account-factor-remove-text = It will not let you in any more. If it is the last one, your recovery codes and trusted browsers go with it.
account-methods-back = All sign-in methods
account-recovery-left = { $count ->
    [0] No codes are left
    [one] { $count } code is left
   *[other] { $count } codes are left
}
account-recovery-new = New recovery codes
account-recovery-text = You get ten new codes. Those that you have now stop working.
account-recovery-make = Make new codes
account-code-target = A code can be sent to { $target }.
problem-factor-required = A second step is required for you, and this is the only one you have. Add another one first.
problem-only-credential = Without this passkey you could not sign in any more. Set a password or add another passkey first.

# Where somebody is signed in
account-sessions-text = Each line is a browser in which you are signed in. End those that you do not know.
account-device-unknown = Unknown browser
account-this-device = This browser
account-session-end = Sign out there
account-sessions-end = Sign out everywhere else
account-sessions-end-text = Ends every other session, and the access of applications that were allowed in them.
account-trusted-title = Trusted browsers
account-trusted-text = They are not asked for a second step for a while.
account-trusted-forget = Trust no longer

# Companies
account-companies-none = You do not work for any company here yet.
account-invited = Invited
account-contact = Contact without access
account-default = Proposed first
account-make-default = Propose first
account-accept = Accept invitation
account-decline = Decline
account-leave = Leave
account-stay = Stay
account-leave-question = Leave { $customer }?
account-leave-text = You will not be able to act for { $customer } any more until somebody invites you again.
account-leave-last = { $customer } is your only company. You will lose access to every application that needs one, until somebody invites you again.

# Applications
account-applications-text = What you have allowed to act for you.
account-applications-none = You have not allowed any application yet.
account-application-may = What it may do
account-revoke = Remove access

# Licences
account-licences-text = What you may use through the companies you work for.
account-licences-none = No licence is assigned to you.
licence-expired = Expired
licence-pending = Not yet valid
licence-disabled = Suspended
licence-seats-used = { $count ->
    [one] { $used } of { $count } seat in use
   *[other] { $used } of { $count } seats in use
}
licence-seats = { $count ->
    [one] { $count } seat
   *[other] { $count } seats
}
licence-until = Valid until

# Somebody's data
account-download = Download your data
account-download-text = Everything that we keep about you, in one file (JSON).
account-download-button = Download
account-delete = Delete account
account-delete-managed = Your company’s directory keeps this account. Ask its administrator to delete it.
account-delete-due = Your account will be deleted on
account-delete-keep = Keep my account
account-delete-text = { $days ->
    [one] Everything that we keep about you is deleted in { $days } day. Until then you can change your mind.
   *[other] Everything that we keep about you is deleted in { $days } days. Until then you can change your mind.
}
account-delete-companies = You will not be able to act any more for:
account-delete-confirm = I want my account to be deleted
problem-confirm-missing = Tick the box to confirm.
problem-last-administrator = You are the only administrator. Appoint another one first.

# Activity
account-activity-text = What has happened to your account.
account-activity-none = Nothing yet.
account-not-me-title = Something here was not you?
account-not-me-text = We sign you out everywhere else, trust no browser any longer, and ask you for a new password.
account-not-me = This wasn’t me
activity-by-others = By an administrator
activity-refused = Refused
activity-signin = Signed in
activity-signin-failed = Sign-in failed
activity-locked = Locked after too many attempts
activity-unlocked = Unlocked
activity-factor-proved = Second step passed
activity-factor-failed = Second step failed
activity-factor-added = Sign-in method added
activity-factor-refused = A sign-in method was not accepted
activity-factor-removed = Sign-in method removed
activity-factor-renamed = Sign-in method renamed
activity-factors-reset = All second steps removed
activity-recovery-codes = New recovery codes
activity-browser-trusted = Browser trusted
activity-browser-forgotten = Browser trusted no longer
activity-sessions-ended = Signed out in other browsers
activity-password = Password set
activity-password-link = Link for a new password handed out
activity-application-revoked = Access of an application removed
activity-company-default = Other company proposed first
activity-company-joined = Invitation accepted
activity-company-left = Company left
activity-created = Account created
activity-updated = Details changed
activity-role = Administration role granted
activity-email-requested = Change of email address asked for
activity-email-changed = Email address changed
activity-email-undone = Change of email address taken back
activity-phone-changed = Phone number changed
activity-data-exported = Data downloaded
activity-deletion-requested = Deletion of the account asked for
activity-deletion-cancelled = Deletion of the account called off
activity-not-me = Reported as not you
activity-other = Other event: { $action }
