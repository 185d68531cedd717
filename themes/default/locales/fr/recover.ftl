### Entrer pour la première fois, retrouver l’accès, et un nouveau mot de passe.

## Mot de passe oublié

forgot-title = Mot de passe oublié ?
forgot-text = Saisissez votre adresse e-mail ou votre nom d’utilisateur. Nous vous envoyons un lien pour choisir un nouveau mot de passe.
forgot-submit = Envoyer le lien
forgot-sent-title = Consultez vos e-mails
forgot-sent-text = Si un compte correspond, nous avons envoyé un message à son adresse e-mail. Cela peut prendre quelques minutes.
forgot-nothing = Rien reçu ?
forgot-nothing-spam = Regardez dans vos courriers indésirables.
forgot-nothing-other = Essayez une autre adresse ou un autre nom d’utilisateur que vous auriez pu employer.
forgot-nothing-ask = Demandez à votre administrateur.
forgot-off-text = Ici, les mots de passe sont attribués par votre administrateur. Demandez-lui-en un nouveau.
forgot-back = Retour à la connexion

## Invitations

invite-title = Vous êtes invité
invite-by = { $name } vous invite.
invite-for = Vous agirez pour { $customer }.
invite-accept = Accepter
invite-decline = Refuser
invite-sign-in-text = Vous avez déjà un compte ici. Connectez-vous pour accepter.
invite-sign-in = Se connecter pour accepter
invite-other-text = Cette invitation concerne un autre compte. Déconnectez-vous, puis ouvrez le lien une nouvelle fois.
invite-other-button = Se déconnecter
invite-password-saved-title = Votre mot de passe est enregistré
invite-password-saved-text = Allez à l’application et connectez-vous avec celui-ci.
invite-joined-title = Vous avez accepté
invite-joined-text = Dès votre prochaine connexion, vous pourrez agir pour { $customer }.
invite-declined-title = Vous avez refusé
invite-declined-text = Vous n’agirez pas pour { $customer }. Vous pouvez fermer cette fenêtre.

## Changement de mot de passe

change-title = Changer votre mot de passe
change-forced-title = Choisissez un nouveau mot de passe
change-temporary-text = Vous vous êtes connecté avec un mot de passe provisoire. Choisissez le vôtre pour continuer.
change-rules-text = { $customer } exige un mot de passe plus fort que le vôtre. Choisissez-en un nouveau pour continuer.
change-customers = C’est le mot de passe pour toutes ces entreprises :
change-others-end = Tous les autres navigateurs et applications seront déconnectés.
change-done-title = Votre mot de passe est changé
change-done-text = Tous les autres navigateurs et applications sont déconnectés.
change-off-text = Ici, les mots de passe sont attribués par votre administrateur. Demandez-lui-en un nouveau.
current-password = Mot de passe actuel
temporary-password = Mot de passe provisoire
problem-current-password-missing = Saisissez votre mot de passe actuel.
problem-current-password-rejected = Le mot de passe est incorrect, ou le compte est temporairement verrouillé.
problem-password-same = C’est votre mot de passe actuel. Choisissez-en un autre.
