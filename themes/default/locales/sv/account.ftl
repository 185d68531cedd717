## The pages of the account

account-nav = Ditt konto
account-nav-overview = Ditt konto
account-nav-profile = Profil
account-nav-password = Lösenord
account-nav-methods = Inloggningsmetoder
account-nav-sessions = Var du är inloggad
account-nav-customers = Företag
account-nav-applications = Program
account-nav-licences = Licenser
account-nav-data = Dina uppgifter
account-nav-activity = Aktivitet
account-done-profile-saved = Din profil är sparad.
account-done-factor-added = Den nya metoden gäller från och med nu.
account-done-factor-removed = Metoden är borttagen.
account-done-factor-renamed = Det nya namnet är sparat.
account-done-email-sent = Om adressen kan användas har vi skickat ett meddelande med en länk dit. Den gäller ett dygn.
account-done-email-saved = Dina e-postadresser är sparade.
account-done-phone-saved = Ditt telefonnummer är sparat.
account-done-deletion-requested = Ditt konto kommer att raderas. Fram till dess kan du ångra dig.
account-done-deletion-cancelled = Ditt konto är kvar.
account-done-session-ended = Den sessionen är avslutad.
account-done-sessions-ended = Du är utloggad överallt annars.
account-done-confirmed = Tack. Välj nu en gång till vad som ska avslutas.
account-done-browser-forgotten = Den webbläsaren måste visa ett andra steg igen.
account-done-default-set = Det här företaget föreslås först från och med nu.
account-done-invitation-accepted = Du hör nu till företaget.
account-done-company-left = Du har lämnat företaget.
account-done-application-revoked = Programmet har inte längre åtkomst.
account-since = Sedan
account-older = Äldre poster
account-verified = Bekräftad
account-unverified = Inte bekräftad
account-primary = Huvudadress
save = Spara
given-name = Förnamn
family-name = Efternamn
problem-own-name-missing = Ange ditt för- eller efternamn.
problem-own-name-unusable = Använd högst 100 tecken, utan radbrytningar.
problem-profile-managed = Uppgifterna kommer från ditt företags katalog. Be dess administratör ändra dem.
problem-company-managed = Företagets katalog bestämmer vem som arbetar där. Fråga dess administratör.
problem-no-room = Det finns ingen inloggning kvar för företaget. Fråga den som bjöd in dig.

# Overview
account-no-email = Ingen e-postadress
account-no-phone = Inget telefonnummer
account-password-changed = Senast ändrat:
account-password-none = Du har inget lösenord.
account-methods-count = { $count ->
    [0] Bara ditt lösenord
    [one] { $count } metod utöver ditt lösenord
   *[other] { $count } metoder utöver ditt lösenord
}
account-sessions-count = { $count ->
    [one] Inloggad i { $count } webbläsare
   *[other] Inloggad i { $count } webbläsare
}
account-companies-count = { $count ->
    [0] Inget företag ännu
    [one] { $count } företag
   *[other] { $count } företag
}
account-invitations-count = { $count ->
    [one] { $count } inbjudan väntar på dig
   *[other] { $count } inbjudningar väntar på dig
}

# Profile
account-managed = Uppgifterna kommer från ditt företags katalog. Be dess administratör ändra dem.
account-language = Språk
account-language-hint = För meddelanden som vi skickar till dig.
account-language-browser = Som i min webbläsare
account-emails = E-postadresser
account-phones = Telefonnummer
account-email-verify = Skicka länk för att bekräfta
account-email-make-primary = Gör till huvudadress
account-email-change = Byt e-postadress
account-email-new = Ny e-postadress
account-email-hint = Vi skickar en länk dit. Den gamla adressen meddelas och kan ta tillbaka ändringen i sju dagar.
account-email-send = Skicka länk
problem-email-in-use = Adressen hör redan till ditt konto, eller kan inte tas bort. Välj en annan först.
problem-sent-too-often = { $count ->
    [one] För många meddelanden har begärts. Du kan försöka igen om { $count } minut.
   *[other] För många meddelanden har begärts. Du kan försöka igen om { $count } minuter.
}
account-phone-change = Byt telefonnummer
account-phone = Telefonnummer
account-phone-new = Mobilnummer
account-phone-hint = Med landsnummer, till exempel +46 70 123 45 67. Vi skickar en kod dit.
account-phone-again = Ett annat nummer eller en ny kod
account-phone-remove = Ta bort numret
problem-phone-malformed = Ange ett telefonnummer med landsnummer, till exempel +46 70 123 45 67.
problem-phone-unreachable = Vi kan inte skicka sms till det numret. Ange ett annat.

# Password
account-password-opens = Det öppnar din åtkomst till:
account-password-change = Byt lösenord
account-password-administrators = Bara din administratör kan byta ditt lösenord.

# Sign-in methods
account-methods-text = Utöver ditt lösenord. Var och en gör ditt konto säkrare.
account-methods-none = Du har inte lagt till något ännu. Den som får veta ditt lösenord kommer in.
account-methods-elsewhere = Var någon annan inloggad på ditt konto?
account-methods-add = Lägg till en metod
account-factor-name = Namn
account-factor-name-hint = Så att du känner igen den, till exempel ”Min telefon”.
account-factor-manage = Namnge eller ta bort
account-factor-synchronised = På alla dina enheter
account-factor-remove = Ta bort
account-factor-remove-title = Ta bort den här metoden?
account-factor-remove-text = Den släpper inte in dig längre. Är den den sista försvinner återställningskoder och betrodda webbläsare med den.
account-methods-back = Alla inloggningsmetoder
account-recovery-left = { $count ->
    [0] Inga koder är kvar
    [one] { $count } kod är kvar
   *[other] { $count } koder är kvar
}
account-recovery-new = Nya återställningskoder
account-recovery-text = Du får tio nya koder. De du har nu slutar att gälla.
account-recovery-make = Skapa nya koder
account-code-target = En kod kan skickas till { $target }.
problem-factor-required = Ett andra steg krävs för dig, och det här är det enda du har. Lägg till ett annat först.
problem-only-credential = Utan den här passkeyn kan du inte logga in längre. Sätt ett lösenord eller lägg till en passkey till först.

# Where somebody is signed in
account-sessions-text = Varje rad är en webbläsare där du är inloggad. Avsluta dem du inte känner igen.
account-device-unknown = Okänd webbläsare
account-this-device = Den här webbläsaren
account-session-end = Logga ut där
account-sessions-end = Logga ut överallt annars
account-sessions-end-text = Avslutar alla andra sessioner, och åtkomsten för program som fick den där.
account-trusted-title = Betrodda webbläsare
account-trusted-text = I dem behövs inget andra steg på ett tag.
account-trusted-forget = Sluta lita på

# Companies
account-companies-none = Du arbetar inte för något företag här ännu.
account-invited = Inbjuden
account-contact = Kontakt utan åtkomst
account-default = Föreslås först
account-make-default = Föreslå först
account-accept = Tacka ja till inbjudan
account-decline = Tacka nej
account-leave = Lämna
account-stay = Stanna kvar
account-leave-question = Lämna { $customer }?
account-leave-text = Du kan inte längre handla för { $customer } förrän någon bjuder in dig igen.
account-leave-last = { $customer } är ditt enda företag. Du förlorar åtkomsten till alla program som kräver ett, tills någon bjuder in dig igen.

# Applications
account-applications-text = Det du har tillåtit att handla åt dig.
account-applications-none = Du har inte tillåtit något program ännu.
account-application-may = Vad det får göra
account-revoke = Ta bort åtkomst

# Licences
account-licences-text = Det du får använda genom de företag du arbetar för.
account-licences-none = Ingen licens är tilldelad dig.
licence-expired = Har gått ut
licence-pending = Gäller inte ännu
licence-disabled = Pausad
licence-seats-used = { $count ->
    [one] { $used } av { $count } plats används
   *[other] { $used } av { $count } platser används
}
licence-seats = { $count ->
    [one] { $count } plats
   *[other] { $count } platser
}
licence-until = Gäller till

# Somebody's data
account-download = Ladda ner dina uppgifter
account-download-text = Allt som vi har sparat om dig, i en fil (JSON).
account-download-button = Ladda ner
account-delete = Radera konto
account-delete-managed = Kontot kommer från ditt företags katalog. Be dess administratör radera det.
account-delete-due = Ditt konto raderas
account-delete-keep = Behåll mitt konto
account-delete-text = { $days ->
    [one] Allt som vi har sparat om dig raderas om { $days } dag. Fram till dess kan du ångra dig.
   *[other] Allt som vi har sparat om dig raderas om { $days } dagar. Fram till dess kan du ångra dig.
}
account-delete-companies = Du kan då inte längre handla för:
account-delete-confirm = Jag vill att mitt konto raderas
problem-confirm-missing = Kryssa i rutan för att bekräfta.
problem-last-administrator = Du är den enda administratören. Utse en till först.

# Activity
account-activity-text = Vad som har hänt med ditt konto.
account-activity-none = Inget ännu.
account-not-me-title = Var något av det inte du?
account-not-me-text = Vi loggar ut dig överallt annars, litar inte längre på någon webbläsare och ber dig om ett nytt lösenord.
account-not-me = Det var inte jag
activity-by-others = Av en administratör
activity-refused = Nekad
activity-signin = Inloggad
activity-signin-failed = Inloggningen misslyckades
activity-locked = Låst efter för många försök
activity-unlocked = Upplåst
activity-factor-proved = Andra steget godkänt
activity-factor-failed = Andra steget misslyckades
activity-factor-added = Inloggningsmetod tillagd
activity-factor-refused = En inloggningsmetod godtogs inte
activity-factor-removed = Inloggningsmetod borttagen
activity-factor-renamed = Inloggningsmetod omdöpt
activity-factors-reset = Alla andra steg borttagna
activity-recovery-codes = Nya återställningskoder
activity-browser-trusted = Webbläsare betrodd
activity-browser-forgotten = Webbläsare inte längre betrodd
activity-sessions-ended = Utloggad i andra webbläsare
activity-password = Lösenord satt
activity-password-link = Länk för ett nytt lösenord utlämnad
activity-application-revoked = Ett programs åtkomst borttagen
activity-company-default = Annat företag föreslås först
activity-company-joined = Inbjudan accepterad
activity-company-left = Företag lämnat
activity-created = Konto skapat
activity-updated = Uppgifter ändrade
activity-role = Administrationsroll tilldelad
activity-email-requested = Byte av e-postadress begärt
activity-email-changed = E-postadress ändrad
activity-email-undone = Byte av e-postadress återtaget
activity-phone-changed = Telefonnummer ändrat
activity-data-exported = Uppgifter nedladdade
activity-deletion-requested = Radering av kontot begärd
activity-deletion-cancelled = Radering av kontot återkallad
activity-not-me = Anmält som inte du
activity-other = Annan händelse: { $action }
