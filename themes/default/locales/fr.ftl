direction = ltr
language-name = Français

## Toutes les pages

title-error = Erreur :
demo-ribbon = Démonstration — pour essayer seulement
language-menu = Langue
footer-privacy = Confidentialité
footer-terms = Conditions
footer-support = Aide
footer-imprint = Mentions légales
continue-to = pour continuer vers { $client }
continue-to-client = Continuer vers { $client }
continue = Continuer
back = Retour
back-to = Retour à { $client }
try-again = Réessayer
start-again = Recommencer
search = Rechercher
signed-in-as = Connecté avec { $account }
other-account = Utiliser un autre compte
show-password = Afficher le mot de passe

## Formulaires

username = Adresse e-mail ou nom d’utilisateur
password = Mot de passe
new-password = Nouveau mot de passe
name = Votre nom
email = Adresse e-mail
summary-title = { $count ->
    [one] Un point est à corriger
   *[other] { $count } points sont à corriger
}
problem-sign-in-rejected = Le nom d’utilisateur ou le mot de passe est incorrect, ou le compte est temporairement verrouillé.
problem-username-missing = Saisissez votre adresse e-mail ou votre nom d’utilisateur.
problem-password-missing = Saisissez votre mot de passe.
problem-form-stale = Cette page est restée ouverte trop longtemps. Veuillez l’envoyer une nouvelle fois.
problem-customer-missing = Choisissez l’entreprise pour laquelle vous souhaitez agir.
problem-name-missing = Saisissez votre nom.
problem-email-malformed = Saisissez une adresse e-mail, par exemple nom@entreprise.fr.
problem-email-taken = Cette adresse e-mail est déjà utilisée. Saisissez-en une autre.
problem-new-password-missing = Saisissez un nouveau mot de passe.
problem-password-short = { $count ->
    [one] Utilisez au moins { $count } caractère.
   *[other] Utilisez au moins { $count } caractères.
}
problem-password-long = { $count ->
    [one] Utilisez au plus { $count } caractère.
   *[other] Utilisez au plus { $count } caractères.
}
problem-password-weak = Ce mot de passe est trop facile à deviner. Ajoutez un mot ou deux.
problem-password-common = Ce mot de passe est l’un de ceux que tout le monde essaie. Choisissez-en un autre.
problem-password-personal = Ce mot de passe est formé de noms que d’autres connaissent. Choisissez des mots sans rapport avec vous.
problem-password-breached = Ce mot de passe figure dans une fuite de données et sera donc essayé. Choisissez-en un autre.
problem-password-pattern = Ce mot de passe n’a pas la forme exigée par votre administrateur.

## Connexion

sign-in = Se connecter
sign-in-title = Connexion
remember-me = Rester connecté
forgot-password = Mot de passe oublié ?
reauth-title = Confirmez votre identité
not-you = Ce n’est pas vous ?
notice-restarted = La connexion précédente a pris trop de temps ; en voici une nouvelle. Rien n’est perdu.
notice-password-saved = Votre nouveau mot de passe est enregistré. Connectez-vous avec celui-ci.
already-title = Vous êtes déjà connecté
already-text = Vous pouvez continuer ou fermer cette fenêtre.
expired-title = Cette connexion a pris trop de temps
expired-text = Recommencez – rien n’est perdu.
expired-text-alone = Retournez à l’application et recommencez – rien n’est perdu.
throttled-title = Trop de tentatives
throttled-minutes = { $minutes ->
    [one] Vous pourrez réessayer dans { $minutes } minute.
   *[other] Vous pourrez réessayer dans { $minutes } minutes.
}
throttled-hours = { $hours ->
    [one] Vous pourrez réessayer dans { $hours } heure.
   *[other] Vous pourrez réessayer dans { $hours } heures.
}

## Choix du compte, choix de l’entreprise

account-title = Choisissez un compte
customer-title = Choisissez une entreprise
customer-search = Rechercher par nom, code ou ville
customer-found = { $count } entreprises sur { $total }
customer-none = Aucune entreprise ne correspond.
customer-all = Afficher toutes les entreprises
customer-remember = Retenir ce choix pour { $client }
customer-remember-alone = Retenir mon choix
last-used = { $days ->
    [0] Utilisée aujourd’hui
    [1] Utilisée hier
   *[other] Utilisée il y a { $days } jours
}
no-access-title = Accès impossible
no-access-text = Votre compte n’a pas accès à { $client }.
no-access-text-alone = Votre compte n’a pas accès à cette application.
no-access-ask = Adressez-vous à votre administrateur.
no-access-ask-of = Adressez-vous à l’administrateur de { $customer }.
no-access-contact = Contact : { $contact }

## Consentement

consent-title = Autoriser { $client } ?
consent-for = au nom de { $customer }
consent-wants = Cette application pourrait
consent-life-once = Cet accès dure { $time }.
consent-life-session = Cet accès prend fin quand vous vous déconnectez ici, au plus tard après { $time }.
consent-life-offline = Cet accès se poursuit après votre déconnexion, pendant { $time } au plus.
consent-life-offline-idle = Cet accès se poursuit après votre déconnexion, pendant { $time } au plus. Il prend fin plus tôt s’il n’est pas utilisé pendant { $unused }.
span-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
span-hours = { $count ->
    [one] { $count } heure
   *[other] { $count } heures
}
span-days = { $count ->
    [one] { $count } jour
   *[other] { $count } jours
}
consent-claims = Voir exactement ce qui est transmis
consent-read = À propos de { $client } :
consent-policy = Politique de confidentialité
consent-terms = Conditions d’utilisation
allow = Autoriser
deny = Refuser
scope-openid = vous reconnaître à votre retour
scope-profile = voir votre nom et les informations de votre profil
scope-email = voir votre adresse e-mail
scope-phone = voir votre numéro de téléphone
scope-address = voir votre adresse postale
scope-customer = voir l’entreprise pour laquelle vous agissez
scope-customer-any = agir pour n’importe laquelle de vos entreprises
scope-customers = voir la liste de vos entreprises
scope-roles = voir vos rôles
scope-groups = voir les groupes dont vous faites partie
scope-permissions = voir ce que vous avez le droit de faire
scope-license-read = voir vos licences
scope-license-activate = activer vos licences sur cet appareil
scope-license-release = libérer les licences que vous avez activées
scope-license-download = télécharger les logiciels pour lesquels vous avez une licence
scope-offline-access = conserver cet accès en votre absence
scope-administration = administrer ce service en votre nom : { $scope }
scope-other = utiliser « { $scope } » en votre nom
yes = Oui
no = Non
claim-sub = Identifiant
claim-name = Nom
claim-given_name = Prénom
claim-family_name = Nom de famille
claim-middle_name = Deuxième prénom
claim-nickname = Surnom
claim-preferred_username = Nom d’utilisateur
claim-picture = Photo
claim-website = Site web
claim-gender = Genre
claim-birthdate = Date de naissance
claim-zoneinfo = Fuseau horaire
claim-locale = Langue
claim-updated_at = Dernière modification
claim-email = Adresse e-mail
claim-email_verified = Adresse e-mail vérifiée
claim-phone_number = Numéro de téléphone
claim-phone_number_verified = Numéro de téléphone vérifié
claim-address = Adresse
claim-customer_id = Identifiant de l’entreprise
claim-customer_code = Code de l’entreprise
claim-customer_name = Entreprise
claim-reference_id = Identifiant du contact
claim-reference_name = Contact
claim-contact_role = Rôle dans l’entreprise
claim-customers = Entreprises
claim-roles = Rôles
claim-groups = Groupes
claim-permissions = Autorisations

## Poursuivre, se déconnecter

form-post-title = Un instant
form-post-text = Vous allez être dirigé vers { $client }. Si rien ne se passe, continuez ici.
form-post-text-alone = Vous allez être redirigé vers l’application. Si rien ne se passe, continuez ici.
sign-out = Se déconnecter
sign-out-title = Déconnexion
sign-out-question = Voulez-vous vous déconnecter ?
sign-out-clients = Vous serez aussi déconnecté de :
stay-signed-in = Rester connecté
still-title = Vous êtes toujours connecté
still-text-alone = Retournez à l’application ou fermez cette fenêtre.
signed-out-title = Vous êtes déconnecté
signed-out-text = Vous pouvez fermer cette fenêtre.
sign-in-again = Se reconnecter

## Mot de passe par lien, premier administrateur

first-password-title = Choisissez votre mot de passe
new-password-title = Choisissez un nouveau mot de passe
password-for = pour { $account }
password-advice = Plusieurs mots sans rapport font un bon mot de passe. Tous les caractères sont permis, espaces compris.
rule-length = { $count ->
    [one] Au moins { $count } caractère
   *[other] Au moins { $count } caractères
}
rule-strength-acceptable = Robustesse : au moins « acceptable »
rule-strength-average = Robustesse : au moins « moyenne »
rule-strength-strong = Robustesse : au moins « forte »
rule-strength-excellent = Robustesse : « excellente »
rule-not-common = Pas l’un des mots de passe les plus courants
rule-not-personal = Pas formé de votre nom, de celui de votre entreprise ou de ce produit
rule-not-breached = Pas connu par une fuite de données
rule-pattern = Dans la forme exigée par votre administrateur
rule-broken = Non respecté :
rule-met = Respecté :
save-password = Enregistrer le mot de passe
password-saved-title = Votre mot de passe est enregistré
password-saved-text = Connectez-vous avec votre nouveau mot de passe.
password-saved-text-alone = Retournez à l’application et connectez-vous avec celui-ci.
link-expired-title = Ce lien a déjà servi ou est trop ancien
link-expired-text = Demandez-en un nouveau.
link-expired-ask = Demandez-en un nouveau à la personne qui vous l’a envoyé.
link-expired-again = Envoyer un nouveau lien
setup-title = Configurer Usher
setup-text = Créez le premier administrateur. Vous pourrez en ajouter d’autres plus tard.
setup-email-hint = Elle vous servira à vous connecter.
setup-submit = Créer l’administrateur
setup-done-title = Usher est configuré
setup-done-text = Connectez-vous désormais avec { $account } et le mot de passe que vous venez de choisir.

## Erreurs

incident-code = Erreur
incident-id = Référence
incident-time = Heure
error-request = Ce lien n’a pas fonctionné
error-request-text = L’application a envoyé une demande à laquelle nous ne pouvons pas répondre. Revenez en arrière et réessayez ; si cela se reproduit, communiquez la référence ci-dessous à l’assistance de l’application.
error-unknown-client = Cette application n’est pas connue ici
error-unknown-client-text = Le lien est peut-être ancien, ou l’application a été désactivée. Adressez-vous à la personne qui vous l’a donné.
error-cookie-lost = Votre navigateur n’a pas transmis son cookie
error-cookie-lost-text = Autorisez les cookies pour ce site, puis retournez à l’application et recommencez. Rien n’est perdu.
error-forbidden = Cette demande n’a pas pu être acceptée
error-forbidden-text = La page d’où vous venez était trop ancienne ou ne provenait pas de nous. Revenez en arrière et réessayez.
error-not-found = Il n’y a rien ici
error-not-found-text = L’adresse est peut-être mal saisie ou périmée.
error-method-not-allowed = Cela ne fonctionne pas ici
error-method-not-allowed-text = L’adresse existe, mais s’utilise autrement. Revenez en arrière et réessayez.
error-gone = Ceci n’existe plus
error-gone-text = L’élément a été supprimé, ou le lien a déjà servi.
error-too-large = C’était trop à la fois
error-too-large-text = L’envoi dépasse ce que nous acceptons. Revenez en arrière et envoyez-en moins.
error-internal = Un problème est survenu de notre côté
error-internal-text = Nous l’avons noté sous la référence { $id }. Veuillez réessayer dans un instant.
error-unavailable = Trop de demandes en ce moment
error-unavailable-text = Rien n’est perdu. Veuillez réessayer dans une minute.
maintenance-title = De retour dans un instant
maintenance-text = La connexion n’est pas disponible pour le moment. Rien n’est perdu ; veuillez réessayer dans quelques minutes.

## Erreurs, pour les développeurs

developer-title = { $client } n’a pas pu lancer la connexion
developer-received = Reçu
developer-registered = Enregistré
developer-fix = Solution
developer-rule = Règle
developer-only = Vous voyez ces détails parce que le client est enregistré avec environment = "development".
mistake-redirect-uri = L’URI de redirection n’est pas enregistrée pour ce client.
mistake-redirect-uri-missing = La requête ne contient pas d’URI de redirection.
mistake-post-logout-redirect-uri = L’adresse de retour après la déconnexion n’est pas enregistrée pour ce client.
mistake-id-token-hint = Le jeton d’identité de la requête n’appartient pas à ce client.
mistake-client-disabled = Ce client est désactivé.
mistake-parameter = Ce paramètre est envoyé deux fois ou illisible.
fix-redirect-uri = Ajoutez l’adresse reçue à redirect_uris du client, ou envoyez celle qui est enregistrée.
fix-redirect-uri-missing = Envoyez redirect_uri exactement comme elle est enregistrée.
fix-post-logout-redirect-uri = Ajoutez l’adresse reçue à post_logout_redirect_uris du client, ou envoyez une adresse enregistrée.
fix-id-token-hint = Envoyez le dernier jeton d’identité reçu par ce client, tel quel.
fix-client-disabled = Définissez active = true pour le client.
fix-parameter = Envoyez-le une seule fois, encodé en application/x-www-form-urlencoded.
rule-redirect-uri = Égalité exacte des chaînes ; seul le port d’une adresse de bouclage peut différer (RFC 9700, section 4.1.3 ; RFC 8252, section 7.3).
rule-redirect-uri-missing = redirect_uri est obligatoire (OpenID Connect Core, section 3.1.2.1).
rule-post-logout-redirect-uri = Égalité exacte des chaînes (OpenID Connect RP-Initiated Logout, section 3).
rule-id-token-hint = Le jeton a été émis ici, pour ce client (OpenID Connect RP-Initiated Logout, section 4).
rule-client-disabled = Un client désactivé ne reçoit rien.
rule-parameter = Un paramètre figure au plus une fois (RFC 6749, section 3.1).
difference-trailing_slash = diffère par une barre oblique à la fin
difference-host_case = diffère par les majuscules du schéma ou de l’hôte
difference-encoding = diffère par l’encodage en pourcentage
difference-localhost_or_loopback = localhost et 127.0.0.1 sont deux hôtes distincts
difference-port = diffère par le port
difference-scheme = diffère par http et https
difference-query = diffère par les paramètres de requête
difference-fragment = celle reçue contient un fragment, ce qui n’est pas permis
difference-user_info = celle reçue contient un nom d’utilisateur, ce qui n’est pas permis
difference-path_case = diffère par les majuscules du chemin
difference-path = diffère par le chemin
difference-host = diffère par l’hôte
difference-several = diffère sur plusieurs points
difference-not_a_uri = celle reçue n’est pas une URI absolue

## Pour la mise en place d’Usher

outbox-title = Boîte d’envoi
outbox-text = Les messages rédigés ici et leur état. Tant qu’aucun serveur de messagerie n’est configuré, aucun ne quitte cette machine.
outbox-to = À
outbox-from = De
outbox-subject = Objet
outbox-time = Heure
outbox-state = État
outbox-state-queued = En attente
outbox-state-sending = En cours d’envoi
outbox-state-sent = Envoyé
outbox-state-failed = Abandonné
outbox-state-expired = Trop ancien
outbox-state-held = Retenu jusqu’à la configuration de la messagerie
outbox-state-captured = Intercepté
outbox-frame = L’e-mail, tel que l’affiche une messagerie
outbox-mail = E-mail
outbox-sms = SMS
outbox-older = Messages plus anciens
outbox-empty = Rien pour l’instant. Les e-mails et les SMS apparaissent ici dès qu’ils sont rédigés.
outbox-html = Source de la partie HTML
outbox-back = Tous les messages
gallery-title = Toutes les pages
gallery-text = Chaque page dans chaque état et chaque langue, remplie d’exemples.
gallery-page = Page
gallery-state = État

## Seconds facteurs

factor-title = Confirmez que c’est bien vous
factor-method = Méthode
method-passkey = Clé d’accès
method-totp = Application d’authentification
method-sms = SMS
method-email = E-mail
method-recovery = Code de secours
method-how-passkey = Avec votre empreinte, votre visage ou le verrouillage de l’écran
method-how-totp = Un code à six chiffres de votre application
method-how-sms = Un code sur votre téléphone
method-how-email = Un code dans votre boîte de réception
method-how-recovery = Si vous avez perdu tout le reste
method-why-passkey = Le plus sûr et le plus rapide : empreinte, visage ou verrouillage de l’écran
method-why-totp = Un code d’une application sur votre téléphone, même sans réseau
method-why-sms = Un code sur votre téléphone
other-way = Essayer autrement
other-company = Agir pour une autre entreprise
trust-device = Faire confiance à cet appareil pendant { $time }
confirm = Confirmer
later = Plus tard
code-label = Code
code-recovery-label = Code de secours
code-totp = Saisissez le code affiché par votre application d’authentification.
code-recovery = Saisissez l’un des codes de secours que vous avez conservés. Chacun ne sert qu’une fois.
code-sent = Un code est en route vers { $target }.
code-unsent = Nous pouvons envoyer un code à { $target }.
code-send = Envoyer le code
code-wait-seconds = { $count ->
    [one] Vous pourrez demander un autre code dans { $count } seconde.
   *[other] Vous pourrez demander un autre code dans { $count } secondes.
}
code-wait-minutes = { $count ->
    [one] Vous pourrez demander un autre code dans { $count } minute.
   *[other] Vous pourrez demander un autre code dans { $count } minutes.
}
code-wait-hours = { $count ->
    [one] Vous pourrez demander un autre code dans { $count } heure.
   *[other] Vous pourrez demander un autre code dans { $count } heures.
}
code-resend = Envoyer un nouveau code
use-passkey = Utiliser la clé d’accès
sign-in-passkey = Se connecter avec une clé d’accès
passkey-prove-text = Votre appareil demandera votre empreinte, votre visage ou le verrouillage de l’écran.
passkey-needs-script = Les clés d’accès ont besoin de JavaScript. Activez-le ou essayez autrement.
passkey-unsupported = Ce navigateur ne peut pas utiliser de clé d’accès ici. Essayez autrement.
passkey-not-done = La clé d’accès n’a pas été utilisée. Réessayez quand vous serez prêt.
enrol-title = Rendez votre connexion plus sûre
enrol-forced = Une seconde étape est exigée ici. Choisissez celle à configurer.
enrol-optional = Ajoutez une seconde étape, pour qu’un mot de passe seul n’ouvre rien.
enrol-until = Vous pouvez reporter jusqu’au
enrol-totp-title = Configurer une application d’authentification
enrol-totp-text = Scannez ce code avec une application d’authentification, puis saisissez le code qu’elle affiche.
enrol-totp-hint = Six chiffres de l’application
totp-qr = Code QR pour l’application d’authentification
totp-secret = Ou saisissez cette clé dans l’application :
totp-link = Ouvrir l’application sur cet appareil
enrol-passkey-title = Créer une clé d’accès
enrol-passkey-text = Une clé d’accès reste sur vos appareils et ne peut être ni devinée ni hameçonnée. Vous l’utilisez avec votre empreinte, votre visage ou le verrouillage de l’écran.
create-passkey = Créer une clé d’accès
recovery-title = Conservez vos codes de secours
recovery-text = Ils vous ouvrent la porte si vous perdez votre appareil. Chacun ne sert qu’une fois. Imprimez-les ou rangez-les dans un gestionnaire de mots de passe : ils ne seront plus affichés.
recovery-stored = Je les ai conservés
recovery-copy = Copier
recovery-copied = Les codes sont dans le presse-papiers.
recovery-download = Télécharger
recovery-print = Imprimer
recovery-used-title = Vous avez utilisé un code de récupération
recovery-left = { $count ->
    [0] C’était le dernier.
    [one] Il vous reste { $count } code.
   *[other] Il vous reste { $count } codes.
}
recovery-renew-text = Si vous avez perdu votre appareil, supprimez-le et configurez-en un autre. De nouveaux codes remplacent ceux qui restent.
recovery-renew = Créer de nouveaux codes
name-passkey-title = Nommez votre clé d’accès
name-passkey-text = Pour la reconnaître plus tard parmi d’autres. Elle fonctionne déjà.
name-passkey-label = Nom
name-passkey-save = Enregistrer
problem-factor-name-missing = Saisissez un nom.
problem-code-missing = Saisissez le code.
problem-code-wrong = Ce code n’a pas fonctionné. Les codes changent toutes les 30 secondes.
problem-code-used = Ce code a déjà servi. Attendez le suivant.
problem-recovery-wrong = Ce code de secours n’a pas fonctionné. Chacun ne sert qu’une fois.
problem-code-gone = Ce code n’est plus valable. Demandez-en un nouveau.
problem-sent-code-wrong = Ce code ne convient pas. Utilisez celui du message le plus récent.
problem-code-soon = Un autre code ne peut pas encore être envoyé.
problem-code-unsendable = Aucun code ne peut y être envoyé pour le moment. Choisissez un autre moyen ou adressez-vous à votre administrateur.
problem-factor-locked = { $count ->
    [one] Trop de codes erronés. Vous pourrez réessayer dans { $count } minute, ou autrement dès maintenant.
   *[other] Trop de codes erronés. Vous pourrez réessayer dans { $count } minutes, ou autrement dès maintenant.
}
problem-factor-blocked = Trop de codes erronés. Essayez autrement ou demandez à votre administrateur.
problem-method-missing = Choisissez une méthode.
problem-passkey-failed = Cette clé d’accès n’a pas fonctionné. Réessayez, ou essayez autrement.
problem-passkey-exists = Cet appareil a déjà une clé d’accès pour ce compte.
problem-enrolment-gone = Cela a pris trop de temps, on recommence donc.
