### E-postens texter. { $vendor } är temats titel.

## I varje mejl

mail-minutes = { $minutes ->
    [one] { $minutes } minut
   *[other] { $minutes } minuter
}
mail-hours = { $hours ->
    [one] { $hours } timme
   *[other] { $hours } timmar
}
mail-days = { $days ->
    [one] { $days } dag
   *[other] { $days } dagar
}
mail-hello = Hej { $name },
mail-hello-nobody = Hej,
mail-fallback = Om knappen inte fungerar kan du öppna den här adressen:
mail-valid = Länken fungerar en gång och i { $time }.
mail-ignore = Om du inte har bett om det här behöver du inte göra något.
mail-time = Tid
mail-device = Enhet
mail-place = Plats
mail-ip = IP-adress
mail-asked-from = Begäran kom härifrån:
mail-not-me = Om det inte var du, säg till: alla sessioner avslutas och du väljer ett nytt lösenord.
mail-not-me-button = Det var inte jag
mail-foot = Skickat automatiskt av { $vendor }. Svar läses inte.
mail-foot-support = Frågor?
mail-foot-privacy = Integritet
mail-foot-imprint = Om oss
mail-sign-in = Logga in

## Att komma in

mail-invite-subject = Ditt konto hos { $vendor }
mail-invite-join-subject = En inbjudan från { $vendor }
mail-invite-title = Välkommen till { $vendor }
mail-invite-join-title = Du är inbjuden
mail-invite-text = Ett konto har skapats åt dig. Välj ett lösenord för att börja använda det.
mail-invite-join-text = Du har redan ett konto här. Tacka ja till inbjudan för att använda det även till detta.
mail-invite-by = { $name } bjuder in dig.
mail-invite-for = Du kommer att företräda { $customer }.
mail-invite-username = Ditt användarnamn är { $account }.
mail-invite-button = Välj lösenord
mail-invite-join-button = Tacka ja
mail-activate-subject = Ditt lösenord för { $vendor }
mail-activate-title = Välj ditt första lösenord
mail-activate-text = Du vill komma in på ditt konto { $account }. Det har inget lösenord än; välj ett här.
mail-reset-subject = Nytt lösenord för { $vendor }
mail-reset-title = Välj ett nytt lösenord
mail-reset-text = Du har bett om ett nytt lösenord för ditt konto { $account }.
mail-reset-admin-text = En administratör skickar dig den här länken så att du kan välja ett nytt lösenord för ditt konto { $account }.
mail-reset-button = Välj ett nytt lösenord
mail-reset-keep = Ditt gamla lösenord gäller tills du väljer ett nytt. Om du inte har bett om det här kan du bortse från meddelandet.
mail-exists-subject = Du har redan ett konto hos { $vendor }
mail-exists-title = Du har redan ett konto
mail-exists-text = Någon, troligen du, ville registrera sig med den här adressen. Den hör redan till ett konto, så inget har ändrats.
mail-exists-forgot = Välj ett nytt lösenord
mail-locked-subject = Ditt konto hos { $vendor } är låst en stund
mail-locked-title = Ditt konto är låst
mail-locked-text = Fel lösenord har angetts för många gånger för ditt konto { $account }. Det öppnas av sig självt om { $time }.
mail-locked-text-long = Fel lösenord har angetts för många gånger för ditt konto { $account }. Det förblir låst tills det låses upp.
mail-locked-unlock = Om det var du kan du låsa upp det nu. Om inte behöver du inte göra något: låset skyddar dig.
mail-locked-button = Lås upp mitt konto
mail-deletion-subject = Ditt konto hos { $vendor } kommer att raderas
mail-deletion-title = Ditt konto kommer att raderas
mail-deletion-text = Som du bad om raderas ditt konto { $account } den { $date }. Till dess kan du ångra dig.
mail-deletion-button = Behåll mitt konto
mail-added-subject = Du har fått tillgång till { $customer }
mail-added-title = Ny behörighet
mail-added-text = Ditt konto { $account } kan nu användas för { $customer }. Ditt lösenord är detsamma.
mail-added-role = Roll
mail-removed-subject = Din tillgång till { $customer } har upphört
mail-removed-title = Behörigheten har upphört
mail-removed-text = Ditt konto { $account } kan inte längre användas för { $customer }.
mail-removed-ask = Om det förvånar dig kan du fråga administratören där.

## Adresser

mail-verify-subject = Bekräfta din e-postadress
mail-verify-title = Bekräfta din e-postadress
mail-verify-text = Någon, troligen du, har angett den här adressen för ett konto hos { $vendor }. Bekräfta att den är din.
mail-verify-new-text = Någon, troligen du, registrerar sig hos { $vendor } med den här adressen. Bekräfta att den är din för att gå vidare.
mail-verify-button = Bekräfta adressen
mail-change-subject = Bekräfta din nya e-postadress
mail-change-title = Bekräfta din nya e-postadress
mail-change-text = Bekräfta { $email } som ny adress för ditt konto hos { $vendor }. Till dess gäller den gamla.
mail-changed-subject = Din e-postadress hos { $vendor } har ändrats
mail-changed-title = Din e-postadress har ändrats
mail-changed-text = Ditt konto { $account } har nu adressen { $email }. Hit skickar vi inget mer.
mail-changed-undo = Om det inte var du kan du ångra ändringen. Länken fungerar i sju dagar och skyddar ditt konto genast.
mail-changed-button = Ångra ändringen
mail-phone-subject = Ditt telefonnummer hos { $vendor } har ändrats
mail-phone-title = Ditt telefonnummer har ändrats
mail-phone-text = Ditt konto { $account } har nu telefonnumret { $phone }.
mail-phone-removed-text = Telefonnumret för ditt konto { $account } har tagits bort.

## Koder och faktorer

mail-code-subject = Din kod för { $vendor }
mail-code-subject-code = { $code } är din kod för { $vendor }
mail-code-title = Din kod
mail-code-text = Ange koden för att gå vidare. Den gäller i { $time }.
mail-code-warning = Lämna inte ut den till någon. Vi frågar aldrig efter den i telefon eller chatt.
mail-enroll-subject = Ställ in din andra faktor för { $vendor }
mail-enroll-title = Ställ in din andra faktor
mail-enroll-text = Ditt konto { $account } behöver en andra faktor, till exempel en autentiseringsapp eller en passkey. Logga in med ditt lösenord och ställ in den; det tar två minuter.
mail-enroll-again-text = Den andra faktorn för ditt konto { $account } har återställts. Logga in med ditt lösenord och ställ in en ny; det tar två minuter.
mail-enroll-button = Ställ in nu
mail-method-totp = en autentiseringsapp
mail-method-sms = koder via sms
mail-method-email = koder via e-post
mail-method-passkey = en passkey
mail-method-recovery = återställningskoder
mail-mfa-added-subject = En andra faktor har lagts till på ditt konto
mail-mfa-added-title = En andra faktor har lagts till
mail-mfa-added-text = Det går nu att logga in på ditt konto { $account } med { $method }.
mail-mfa-removed-subject = En andra faktor har tagits bort från ditt konto
mail-mfa-removed-title = En andra faktor har tagits bort
mail-mfa-removed-text = Det går inte längre att logga in på ditt konto { $account } med { $method }.
mail-mfa-reset-subject = Dina andra faktorer har återställts
mail-mfa-reset-title = Dina andra faktorer har återställts
mail-mfa-reset-text = En administratör har tagit bort alla andra faktorer från ditt konto { $account }. Du ställer in en ny när du loggar in.
mail-passkey-added-subject = En passkey har lagts till på ditt konto
mail-passkey-added-title = En passkey har lagts till
mail-passkey-added-text = Det går nu att logga in på ditt konto { $account } med en ny passkey.
mail-passkey-removed-subject = En passkey har tagits bort från ditt konto
mail-passkey-removed-title = En passkey har tagits bort
mail-passkey-removed-text = En passkey för ditt konto { $account } har tagits bort och fungerar inte längre.
mail-passkey-name = Passkey
mail-recovery-subject = En återställningskod har använts
mail-recovery-title = En återställningskod har använts
mail-recovery-text = Någon har loggat in på ditt konto { $account } med en återställningskod.
mail-recovery-left = { $count ->
    [0] Ingen kod finns kvar. Skapa nya när du har loggat in.
    [one] { $count } kod finns kvar. Skapa nya när du har loggat in.
   *[other] { $count } koder finns kvar.
}

## Andra meddelanden

mail-password-subject = Ditt lösenord för { $vendor } har ändrats
mail-password-title = Ditt lösenord har ändrats
mail-password-text = Lösenordet för ditt konto { $account } har ändrats. Andra sessioner har avslutats.
mail-password-admin-text = En administratör har ändrat lösenordet för ditt konto { $account }. Alla sessioner har avslutats.
mail-device-subject = Ny inloggning på ditt konto hos { $vendor }
mail-device-title = Ny inloggning
mail-device-text = Någon har loggat in på ditt konto { $account } från en webbläsare som inte har använts förut.
mail-test-subject = Testmeddelande från { $vendor }
mail-test-title = Det fungerar
mail-test-text = Det här meddelandet visar att e-post från { $vendor } kommer fram. Du behöver inte göra något.

## Textmeddelanden

sms-code = { $code } är din kod för { $vendor }. Lämna inte ut den till någon.
