import type { LanguageTexts } from '../template.types.js';

const DETAILS = ['Heure : {time}', 'Navigateur : {browser}', 'Adresse IP : {ip}'] as const;
const NOT_YOU =
  "Si c'était vous, il n'y a rien à faire. Sinon, changez tout de suite votre mot de passe sur {publicUrl} et prévenez votre administrateur.";
const PASSWORD_KNOWN =
  "Si ce n'était pas vous, quelqu'un connaît votre mot de passe : changez-le sur {publicUrl} et prévenez votre administrateur.";

export const fr: LanguageTexts = {
  greeting: 'Bonjour {name},',
  unknown: 'inconnu',
  methods: {
    TOTP: "application d'authentification",
    EMAIL: 'e-mail',
    SMS: 'SMS',
    RECOVERY_CODE: 'code de récupération',
  },
  templates: {
    code: {
      subject: 'Votre code pour {issuer}',
      before: [
        'Voici votre code pour {issuer} :',
        '{code}',
        'Durée de validité : {duration}. Personne chez {issuer} ne vous le demandera jamais.',
      ],
      after: [PASSWORD_KNOWN],
      sms: "{code} est votre code pour {issuer}. Durée de validité : {duration}. Si ce n'était pas vous, changez votre mot de passe.",
    },
    'enrollment-link': {
      subject: 'Configurez votre second facteur pour {issuer}',
      before: [
        "Ouvrez ce lien dans le navigateur où vous êtes en train de vous connecter. Il affiche un code QR pour votre application d'authentification.",
        "Il ne sert qu'une fois. Durée de validité : {duration}.",
      ],
      button: 'Afficher le code QR',
      after: [PASSWORD_KNOWN],
    },
    'totp-reset-link': {
      subject: 'Un nouveau code QR pour {issuer}',
      before: [
        "Un nouveau code QR a été demandé pour votre application d'authentification. Ouvrez ce lien dans le navigateur où vous êtes en train de vous connecter.",
        "Il ne sert qu'une fois. Durée de validité : {duration}. L'application actuelle fonctionne jusqu'à ce que la nouvelle soit confirmée.",
      ],
      button: 'Afficher le nouveau code QR',
      after: [PASSWORD_KNOWN],
    },
    activation: {
      subject: 'Confirmez votre adresse e-mail pour {issuer}',
      before: [
        "Merci de confirmer que cette adresse est la vôtre. Le lien ne sert qu'une fois. Durée de validité : {duration}.",
      ],
      button: 'Vérifier',
      after: ["Si vous n'attendiez pas ce message, ignorez-le."],
    },
    test: {
      subject: 'Message de test de {issuer}',
      before: ['Les e-mails de {issuer} vous parviennent. Ce message a été envoyé le {time}.'],
      after: [],
      sms: 'Les SMS de {issuer} vous parviennent.',
    },
    'factor-added': {
      subject: 'Un second facteur a été ajouté à votre compte chez {issuer}',
      before: ['Ce second facteur a été ajouté à votre compte chez {issuer} : {method}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'factor-removed': {
      subject: 'Un second facteur a été retiré de votre compte chez {issuer}',
      before: ['Ce second facteur a été retiré de votre compte chez {issuer} : {method}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'factor-reset': {
      subject: 'Votre second facteur chez {issuer} a été réinitialisé',
      before: [
        'Votre second facteur chez {issuer} a été réinitialisé. Vous avez été déconnecté partout et le configurerez de nouveau à la prochaine connexion.',
        ...DETAILS,
      ],
      after: [NOT_YOU],
    },
    'factor-disabled': {
      subject: 'Votre second facteur chez {issuer} a été désactivé',
      before: ['Ce second facteur de votre compte chez {issuer} a été désactivé : {method}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'recovery-code-used': {
      subject: 'Un code de récupération de votre compte chez {issuer} a été utilisé',
      before: [
        "Quelqu'un s'est connecté à votre compte chez {issuer} avec l'un de vos codes de récupération.",
        ...DETAILS,
      ],
      after: [NOT_YOU],
    },
    'password-changed': {
      subject: 'Votre mot de passe chez {issuer} a été changé',
      before: ['Le mot de passe de votre compte chez {issuer} a été changé.', ...DETAILS],
      after: [NOT_YOU],
    },
    'email-changed': {
      subject: 'Votre adresse e-mail chez {issuer} a été changée',
      before: ['La nouvelle adresse e-mail de votre compte chez {issuer} est {newAddress}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'phone-changed': {
      subject: 'Votre numéro de téléphone chez {issuer} a été changé',
      before: ['Le nouveau numéro de téléphone de votre compte chez {issuer} est {newPhone}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'wrong-factor-thrice': {
      subject: 'Codes erronés chez {issuer} après votre bon mot de passe',
      before: [
        "Quelqu'un a saisi le bon mot de passe de votre compte chez {issuer}, puis trois fois un code erroné.",
        ...DETAILS,
      ],
      after: [NOT_YOU],
    },
  },
};
