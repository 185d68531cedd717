### Les textes des e-mails. { $vendor } est le titre du thème.

## Dans chaque e-mail

mail-minutes = { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}
mail-hours = { $hours ->
    [one] { $hours } heure
   *[other] { $hours } heures
}
mail-days = { $days ->
    [one] { $days } jour
   *[other] { $days } jours
}
mail-hello = Bonjour { $name },
mail-hello-nobody = Bonjour,
mail-fallback = Si le bouton ne réagit pas, ouvrez cette adresse :
mail-valid = Le lien ne fonctionne qu’une fois, pendant { $time }.
mail-ignore = Si vous n’avez rien demandé, vous n’avez rien à faire.
mail-time = Heure
mail-device = Appareil
mail-place = Lieu
mail-ip = Adresse IP
mail-asked-from = La demande est venue d’ici :
mail-not-me = Si ce n’était pas vous, dites-le-nous : toutes les sessions prennent fin et vous choisissez un nouveau mot de passe.
mail-not-me-button = Ce n’était pas moi
mail-foot = Envoyé automatiquement par { $vendor }. Les réponses ne sont pas lues.
mail-foot-support = Des questions ?
mail-foot-privacy = Confidentialité
mail-foot-imprint = Mentions légales
mail-sign-in = Se connecter

## Entrer

mail-invite-subject = Votre compte { $vendor }
mail-invite-join-subject = Une invitation de { $vendor }
mail-invite-title = Bienvenue chez { $vendor }
mail-invite-join-title = Vous êtes invité
mail-invite-text = Un compte a été créé pour vous. Choisissez un mot de passe pour l’utiliser.
mail-invite-join-text = Vous avez déjà un compte ici. Acceptez l’invitation pour l’utiliser aussi à cette fin.
mail-invite-by = { $name } vous invite.
mail-invite-for = Vous agirez pour { $customer }.
mail-invite-username = Votre nom d’utilisateur est { $account }.
mail-invite-button = Choisir un mot de passe
mail-invite-join-button = Accepter l’invitation
mail-activate-subject = Votre mot de passe pour { $vendor }
mail-activate-title = Choisissez votre premier mot de passe
mail-activate-text = Vous souhaitez accéder à votre compte { $account }. Il n’a pas encore de mot de passe ; choisissez-en un ici.
mail-reset-subject = Nouveau mot de passe pour { $vendor }
mail-reset-title = Choisissez un nouveau mot de passe
mail-reset-text = Vous avez demandé un nouveau mot de passe pour votre compte { $account }.
mail-reset-admin-text = L’administration vous envoie ce lien pour choisir un nouveau mot de passe pour votre compte { $account }.
mail-reset-button = Choisir un nouveau mot de passe
mail-reset-keep = Tant que vous n’en choisissez pas un nouveau, l’ancien mot de passe reste valable. Si vous n’avez rien demandé, ignorez ce message.
mail-exists-subject = Vous avez déjà un compte { $vendor }
mail-exists-title = Vous avez déjà un compte
mail-exists-text = Quelqu’un, sans doute vous, a voulu s’inscrire avec cette adresse. Elle appartient déjà à un compte ; rien n’a été modifié.
mail-exists-forgot = Choisir un nouveau mot de passe
mail-locked-subject = Votre compte { $vendor } est temporairement bloqué
mail-locked-title = Votre compte est bloqué
mail-locked-text = Un mauvais mot de passe a été saisi trop souvent pour votre compte { $account }. Il se débloquera de lui-même dans { $time }.
mail-locked-text-long = Un mauvais mot de passe a été saisi trop souvent pour votre compte { $account }. Il reste bloqué jusqu’à ce qu’on le débloque.
mail-locked-unlock = Si c’était vous, vous pouvez le débloquer maintenant. Sinon, vous n’avez rien à faire : le blocage vous protège.
mail-locked-button = Débloquer mon compte
mail-deletion-subject = Votre compte { $vendor } va être supprimé
mail-deletion-title = Votre compte va être supprimé
mail-deletion-text = Comme vous l’avez demandé, votre compte { $account } sera supprimé le { $date }. D’ici là, vous pouvez annuler.
mail-deletion-button = Conserver mon compte
mail-added-subject = Vous avez désormais accès à { $customer }
mail-added-title = Nouvel accès
mail-added-text = Votre compte { $account } peut maintenant être utilisé pour { $customer }. Votre mot de passe reste le même.
mail-added-role = Rôle
mail-removed-subject = Votre accès à { $customer } a pris fin
mail-removed-title = Fin d’accès
mail-removed-text = Votre compte { $account } ne peut plus être utilisé pour { $customer }.
mail-removed-ask = Si cela vous surprend, adressez-vous à votre administrateur sur place.

## Adresses

mail-verify-subject = Confirmez votre adresse e-mail
mail-verify-title = Confirmez votre adresse e-mail
mail-verify-text = Quelqu’un, sans doute vous, a indiqué cette adresse pour un compte { $vendor }. Confirmez qu’elle est bien la vôtre.
mail-verify-new-text = Quelqu’un, sans doute vous, s’inscrit chez { $vendor } avec cette adresse. Confirmez qu’elle est bien la vôtre pour continuer.
mail-verify-button = Confirmer cette adresse
mail-change-subject = Confirmez votre nouvelle adresse e-mail
mail-change-title = Confirmez votre nouvelle adresse e-mail
mail-change-text = Confirmez { $email } comme nouvelle adresse de votre compte { $vendor }. D’ici là, l’ancienne reste en place.
mail-changed-subject = Votre adresse e-mail chez { $vendor } a été modifiée
mail-changed-title = Votre adresse e-mail a été modifiée
mail-changed-text = Votre compte { $account } a maintenant l’adresse { $email }. Vous ne recevrez plus rien ici.
mail-changed-undo = Si ce n’était pas vous, annulez. Le lien fonctionne pendant sept jours et protège aussitôt votre compte.
mail-changed-button = Annuler la modification
mail-phone-subject = Votre numéro de téléphone chez { $vendor } a été modifié
mail-phone-title = Votre numéro de téléphone a été modifié
mail-phone-text = Votre compte { $account } a maintenant le numéro de téléphone { $phone }.
mail-phone-removed-text = Le numéro de téléphone de votre compte { $account } a été supprimé.

## Codes et facteurs

mail-code-subject = Votre code pour { $vendor }
mail-code-subject-code = { $code } est votre code pour { $vendor }
mail-code-title = Votre code
mail-code-text = Saisissez ce code pour continuer. Il est valable pendant { $time }.
mail-code-warning = Ne le communiquez à personne. Nous ne le demandons jamais au téléphone ni dans une discussion.
mail-enroll-subject = Configurez votre second facteur pour { $vendor }
mail-enroll-title = Configurez votre second facteur
mail-enroll-text = Votre compte { $account } a besoin d’un second facteur, par exemple une application d’authentification ou une clé d’accès. Connectez-vous avec votre mot de passe et configurez-le ; cela prend deux minutes.
mail-enroll-again-text = Le second facteur de votre compte { $account } a été réinitialisé. Connectez-vous avec votre mot de passe et configurez-en un nouveau ; cela prend deux minutes.
mail-enroll-button = Configurer
mail-method-totp = une application d’authentification
mail-method-sms = des codes par SMS
mail-method-email = des codes par e-mail
mail-method-passkey = une clé d’accès
mail-method-recovery = des codes de récupération
mail-mfa-added-subject = Un second facteur a été ajouté à votre compte
mail-mfa-added-title = Un second facteur a été ajouté
mail-mfa-added-text = On peut maintenant se connecter à votre compte { $account } avec { $method }.
mail-mfa-removed-subject = Un second facteur a été retiré de votre compte
mail-mfa-removed-title = Un second facteur a été retiré
mail-mfa-removed-text = On ne peut plus se connecter à votre compte { $account } avec { $method }.
mail-mfa-reset-subject = Vos seconds facteurs ont été réinitialisés
mail-mfa-reset-title = Vos seconds facteurs ont été réinitialisés
mail-mfa-reset-text = L’administration a retiré tous les seconds facteurs de votre compte { $account }. Vous en configurerez un nouveau en vous connectant.
mail-passkey-added-subject = Une clé d’accès a été ajoutée à votre compte
mail-passkey-added-title = Une clé d’accès a été ajoutée
mail-passkey-added-text = On peut maintenant se connecter à votre compte { $account } avec une nouvelle clé d’accès.
mail-passkey-removed-subject = Une clé d’accès a été retirée de votre compte
mail-passkey-removed-title = Une clé d’accès a été retirée
mail-passkey-removed-text = Une clé d’accès de votre compte { $account } a été retirée et ne fonctionne plus.
mail-passkey-name = Clé d’accès
mail-recovery-subject = Un code de récupération a été utilisé
mail-recovery-title = Un code de récupération a été utilisé
mail-recovery-text = Un code de récupération a servi à se connecter à votre compte { $account }.
mail-recovery-left = { $count ->
    [0] Il ne reste aucun code. Créez-en de nouveaux après vous être connecté.
    [one] Il reste { $count } code. Créez-en de nouveaux après vous être connecté.
   *[other] Il reste { $count } codes.
}

## Autres avis

mail-password-subject = Votre mot de passe pour { $vendor } a été modifié
mail-password-title = Votre mot de passe a été modifié
mail-password-text = Le mot de passe de votre compte { $account } a été modifié. Les autres sessions ont pris fin.
mail-password-admin-text = L’administration a modifié le mot de passe de votre compte { $account }. Toutes les sessions ont pris fin.
mail-device-subject = Nouvelle connexion à votre compte { $vendor }
mail-device-title = Nouvelle connexion
mail-device-text = On s’est connecté à votre compte { $account } depuis un navigateur encore jamais utilisé.
mail-test-subject = Message d’essai de { $vendor }
mail-test-title = Tout fonctionne
mail-test-text = Ce message montre que les e-mails de { $vendor } arrivent. Vous n’avez rien à faire.

## Messages texte

sms-code = { $code } est votre code pour { $vendor }. Ne le communiquez à personne.
