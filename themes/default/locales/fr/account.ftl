## The pages of the account

account-nav = Votre compte
account-nav-overview = Votre compte
account-nav-profile = Profil
account-nav-password = Mot de passe
account-nav-methods = Méthodes de connexion
account-nav-sessions = Vos connexions
account-nav-customers = Entreprises
account-nav-applications = Applications
account-nav-licences = Licences
account-nav-data = Vos données
account-nav-activity = Activité
account-done-profile-saved = Votre profil est enregistré.
account-done-factor-added = La nouvelle méthode est active.
account-done-factor-removed = La méthode est supprimée.
account-done-factor-renamed = Le nouveau nom est enregistré.
account-done-email-sent = Si cette adresse peut être utilisée, nous y avons envoyé un message avec un lien. Il est valable un jour.
account-done-email-saved = Vos adresses e-mail sont enregistrées.
account-done-phone-saved = Votre numéro de téléphone est enregistré.
account-done-deletion-requested = Votre compte sera supprimé. Jusque-là, vous pouvez changer d’avis.
account-done-deletion-cancelled = Votre compte est conservé.
account-done-session-ended = Cette session est terminée.
account-done-sessions-ended = Vous êtes déconnecté partout ailleurs.
account-done-confirmed = Merci. Choisissez maintenant une nouvelle fois ce qui doit se terminer.
account-done-browser-forgotten = Une deuxième étape sera de nouveau demandée dans ce navigateur.
account-done-default-set = Cette entreprise vous sera désormais proposée en premier.
account-done-invitation-accepted = Vous faites maintenant partie de l’entreprise.
account-done-company-left = Vous avez quitté l’entreprise.
account-done-application-revoked = L’application n’a plus accès à votre compte.
account-since = Depuis
account-older = Entrées plus anciennes
account-verified = Vérifié
account-unverified = Non vérifié
account-primary = Adresse principale
save = Enregistrer
given-name = Prénom
family-name = Nom
problem-own-name-missing = Saisissez votre prénom ou votre nom.
problem-own-name-unusable = Utilisez 100 caractères au plus, sans saut de ligne.
problem-profile-managed = Ces données viennent de l’annuaire de votre entreprise. Demandez à son administrateur de les modifier.
problem-company-managed = L’annuaire de cette entreprise décide de qui y travaille. Adressez-vous à son administrateur.
problem-no-room = Il ne reste aucun accès pour cette entreprise. Adressez-vous à la personne qui vous a invité.

# Overview
account-no-email = Aucune adresse e-mail
account-no-phone = Aucun numéro de téléphone
account-password-changed = Dernière modification :
account-password-none = Vous n’avez pas de mot de passe.
account-methods-count = { $count ->
    [0] Seulement votre mot de passe
    [one] { $count } méthode en plus de votre mot de passe
   *[other] { $count } méthodes en plus de votre mot de passe
}
account-sessions-count = { $count ->
    [one] Connecté dans { $count } navigateur
   *[other] Connecté dans { $count } navigateurs
}
account-companies-count = { $count ->
    [0] Aucune entreprise pour l’instant
    [one] { $count } entreprise
   *[other] { $count } entreprises
}
account-invitations-count = { $count ->
    [one] { $count } invitation vous attend
   *[other] { $count } invitations vous attendent
}

# Profile
account-managed = Ces données viennent de l’annuaire de votre entreprise. Demandez à son administrateur de les modifier.
account-language = Langue
account-language-hint = Pour les messages que nous vous envoyons.
account-language-browser = Celle de mon navigateur
account-emails = Adresses e-mail
account-phones = Numéros de téléphone
account-email-verify = Envoyer un lien de vérification
account-email-make-primary = En faire l’adresse principale
account-email-change = Modifier l’adresse e-mail
account-email-new = Nouvelle adresse e-mail
account-email-hint = Nous y envoyons un lien. L’ancienne adresse est prévenue et peut annuler la modification pendant sept jours.
account-email-send = Envoyer le lien
problem-email-in-use = Cette adresse appartient déjà à votre compte ou ne peut pas être retirée. Choisissez-en d’abord une autre.
problem-sent-too-often = { $count ->
    [one] Trop de messages ont été demandés. Vous pourrez réessayer dans { $count } minute.
   *[other] Trop de messages ont été demandés. Vous pourrez réessayer dans { $count } minutes.
}
account-phone-change = Modifier le numéro de téléphone
account-phone = Numéro de téléphone
account-phone-new = Numéro de mobile
account-phone-hint = Avec l’indicatif du pays, par exemple +33 6 12 34 56 78. Nous y envoyons un code.
account-phone-again = Un autre numéro ou un nouveau code
account-phone-remove = Retirer le numéro
problem-phone-malformed = Saisissez un numéro de téléphone avec l’indicatif du pays, par exemple +33 6 12 34 56 78.
problem-phone-unreachable = Nous ne pouvons pas envoyer de SMS à ce numéro. Saisissez-en un autre.

# Password
account-password-opens = Il ouvre votre accès à :
account-password-change = Modifier le mot de passe
account-password-administrators = Seul votre administrateur peut modifier votre mot de passe.

# Sign-in methods
account-methods-text = En plus de votre mot de passe. Chacune rend votre compte plus sûr.
account-methods-none = Vous n’avez encore rien ajouté. Quiconque apprend votre mot de passe peut entrer.
account-methods-elsewhere = Quelqu’un d’autre était connecté à votre compte ?
account-methods-add = Ajouter une méthode
account-factor-name = Nom
account-factor-name-hint = Pour la reconnaître, par exemple « Mon téléphone ».
account-factor-manage = Nommer ou supprimer
account-factor-synchronised = Sur tous vos appareils
account-factor-remove = Supprimer
account-factor-remove-title = Supprimer cette méthode ?
account-factor-remove-text = Elle ne vous donnera plus accès. Si c’est la dernière, vos codes de secours et vos navigateurs de confiance disparaissent avec elle.
account-methods-back = Toutes les méthodes de connexion
account-recovery-left = { $count ->
    [0] Il ne reste aucun code
    [one] Il reste { $count } code
   *[other] Il reste { $count } codes
}
account-recovery-new = Nouveaux codes de secours
account-recovery-text = Vous recevez dix nouveaux codes. Ceux que vous avez ne fonctionneront plus.
account-recovery-make = Créer de nouveaux codes
account-code-target = Un code peut être envoyé à { $target }.
problem-factor-required = Une deuxième étape est obligatoire pour vous, et vous n’avez que celle-ci. Ajoutez-en d’abord une autre.
problem-only-credential = Sans cette clé d’accès, vous ne pourriez plus vous connecter. Définissez d’abord un mot de passe ou ajoutez une autre clé d’accès.

# Where somebody is signed in
account-sessions-text = Chaque ligne est un navigateur dans lequel vous êtes connecté. Terminez celles que vous ne reconnaissez pas.
account-device-unknown = Navigateur inconnu
account-this-device = Ce navigateur
account-session-end = Déconnecter
account-sessions-end = Se déconnecter partout ailleurs
account-sessions-end-text = Termine toutes les autres sessions, ainsi que l’accès des applications qui y ont été autorisées.
account-trusted-title = Navigateurs de confiance
account-trusted-text = La deuxième étape n’y est pas demandée pendant quelque temps.
account-trusted-forget = Ne plus faire confiance

# Companies
account-companies-none = Vous ne travaillez encore pour aucune entreprise ici.
account-invited = Invitation
account-contact = Contact sans accès
account-default = Proposée en premier
account-make-default = Proposer en premier
account-accept = Accepter l’invitation
account-decline = Refuser
account-leave = Quitter
account-stay = Rester
account-leave-question = Quitter { $customer } ?
account-leave-text = Vous ne pourrez plus agir pour { $customer } tant que personne ne vous aura invité de nouveau.
account-leave-last = { $customer } est votre seule entreprise. Vous perdrez l’accès à toutes les applications qui en demandent une, tant que personne ne vous aura invité de nouveau.

# Applications
account-applications-text = Ce que vous avez autorisé à agir pour vous.
account-applications-none = Vous n’avez encore autorisé aucune application.
account-application-may = Ce qu’elle peut faire
account-revoke = Retirer l’accès

# Licences
account-licences-text = Ce que vous pouvez utiliser grâce aux entreprises pour lesquelles vous travaillez.
account-licences-none = Aucune licence ne vous est attribuée.
licence-expired = Expirée
licence-pending = Pas encore valable
licence-disabled = Suspendue
licence-seats-used = { $count ->
    [one] { $used } poste utilisé sur { $count }
   *[other] { $used } postes utilisés sur { $count }
}
licence-seats = { $count ->
    [one] { $count } poste
   *[other] { $count } postes
}
licence-until = Valable jusqu’au

# Somebody's data
account-download = Télécharger vos données
account-download-text = Tout ce que nous conservons à votre sujet, dans un seul fichier (JSON).
account-download-button = Télécharger
account-delete = Supprimer le compte
account-delete-managed = Ce compte vient de l’annuaire de votre entreprise. Demandez à son administrateur de le supprimer.
account-delete-due = Votre compte sera supprimé le
account-delete-keep = Conserver mon compte
account-delete-text = { $days ->
    [one] Tout ce que nous conservons à votre sujet sera supprimé dans { $days } jour. Jusque-là, vous pouvez changer d’avis.
   *[other] Tout ce que nous conservons à votre sujet sera supprimé dans { $days } jours. Jusque-là, vous pouvez changer d’avis.
}
account-delete-companies = Vous ne pourrez plus agir pour :
account-delete-confirm = Je veux que mon compte soit supprimé
problem-confirm-missing = Cochez la case pour confirmer.
problem-last-administrator = Vous êtes le seul administrateur. Nommez-en d’abord un autre.

# Activity
account-activity-text = Ce qui s’est passé sur votre compte.
account-activity-none = Rien pour l’instant.
account-not-me-title = Ce n’était pas toujours vous ?
account-not-me-text = Nous vous déconnectons partout ailleurs, ne faisons plus confiance à aucun navigateur et vous demandons un nouveau mot de passe.
account-not-me = Ce n’était pas moi
activity-by-others = Par l’administration
activity-refused = Refusé
activity-signin = Connexion
activity-signin-failed = Échec de connexion
activity-locked = Bloqué après trop de tentatives
activity-unlocked = Débloqué
activity-factor-proved = Deuxième étape réussie
activity-factor-failed = Échec de la deuxième étape
activity-factor-added = Méthode de connexion ajoutée
activity-factor-refused = Une méthode de connexion n’a pas été acceptée
activity-factor-removed = Méthode de connexion supprimée
activity-factor-renamed = Méthode de connexion renommée
activity-factors-reset = Toutes les deuxièmes étapes supprimées
activity-recovery-codes = Nouveaux codes de secours
activity-browser-trusted = Navigateur de confiance ajouté
activity-browser-forgotten = Navigateur de confiance retiré
activity-sessions-ended = Déconnexion dans d’autres navigateurs
activity-password = Mot de passe défini
activity-password-link = Lien pour un nouveau mot de passe remis
activity-application-revoked = Accès d’une application retiré
activity-company-default = Autre entreprise proposée en premier
activity-company-joined = Invitation acceptée
activity-company-left = Entreprise quittée
activity-created = Compte créé
activity-updated = Données modifiées
activity-role = Rôle d’administration accordé
activity-email-requested = Modification de l’adresse e-mail demandée
activity-email-changed = Adresse e-mail modifiée
activity-email-undone = Modification de l’adresse e-mail annulée
activity-phone-changed = Numéro de téléphone modifié
activity-data-exported = Données téléchargées
activity-deletion-requested = Suppression du compte demandée
activity-deletion-cancelled = Suppression du compte annulée
activity-not-me = Signalé comme n’étant pas vous
activity-other = Autre événement : { $action }
