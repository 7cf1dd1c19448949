import type { LanguageTexts } from '../template.types.js';

const DETAILS = ['Hora: {time}', 'Navegador: {browser}', 'Dirección IP: {ip}'] as const;
const NOT_YOU =
  'Si ha sido usted, no tiene que hacer nada. Si no, cambie enseguida su contraseña en {publicUrl} y avise a su administrador.';
const PASSWORD_KNOWN =
  'Si no ha sido usted, alguien conoce su contraseña: cámbiela en {publicUrl} y avise a su administrador.';

export const es: LanguageTexts = {
  greeting: 'Hola, {name}:',
  unknown: 'desconocido',
  methods: {
    TOTP: 'aplicación de autenticación',
    EMAIL: 'correo electrónico',
    SMS: 'SMS',
    RECOVERY_CODE: 'código de recuperación',
  },
  templates: {
    code: {
      subject: 'Su código para {issuer}',
      before: [
        'Este es su código para {issuer}:',
        '{code}',
        'Tiempo de validez: {duration}. Nadie de {issuer} se lo pedirá nunca.',
      ],
      after: [PASSWORD_KNOWN],
      sms: '{code} es su código para {issuer}. Tiempo de validez: {duration}. Si no ha sido usted, cambie su contraseña.',
    },
    'enrollment-link': {
      subject: 'Configure su segundo factor para {issuer}',
      before: [
        'Abra este enlace en el navegador en el que está iniciando sesión. Muestra un código QR para su aplicación de autenticación.',
        'Sirve una sola vez. Tiempo de validez: {duration}.',
      ],
      button: 'Mostrar el código QR',
      after: [PASSWORD_KNOWN],
    },
    'totp-reset-link': {
      subject: 'Un nuevo código QR para {issuer}',
      before: [
        'Se ha pedido un nuevo código QR para su aplicación de autenticación. Abra este enlace en el navegador en el que está iniciando sesión.',
        'Sirve una sola vez. Tiempo de validez: {duration}. La aplicación actual funciona hasta que se confirme la nueva.',
      ],
      button: 'Mostrar el nuevo código QR',
      after: [PASSWORD_KNOWN],
    },
    activation: {
      subject: 'Confirme su dirección de correo para {issuer}',
      before: ['Confirme que esta dirección es suya. El enlace sirve una sola vez. Tiempo de validez: {duration}.'],
      button: 'Verificar',
      after: ['Si no esperaba este mensaje, ignórelo.'],
    },
    test: {
      subject: 'Mensaje de prueba de {issuer}',
      before: ['El correo de {issuer} le llega. Este mensaje se envió el {time}.'],
      after: [],
      sms: 'Los SMS de {issuer} le llegan.',
    },
    'factor-added': {
      subject: 'Se ha añadido un segundo factor a su cuenta en {issuer}',
      before: ['Se ha añadido este segundo factor a su cuenta en {issuer}: {method}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'factor-removed': {
      subject: 'Se ha quitado un segundo factor de su cuenta en {issuer}',
      before: ['Se ha quitado este segundo factor de su cuenta en {issuer}: {method}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'factor-reset': {
      subject: 'Su segundo factor en {issuer} se ha restablecido',
      before: [
        'Su segundo factor en {issuer} se ha restablecido. Se han cerrado todas sus sesiones y lo configurará de nuevo la próxima vez que inicie sesión.',
        ...DETAILS,
      ],
      after: [NOT_YOU],
    },
    'factor-disabled': {
      subject: 'Su segundo factor en {issuer} se ha desactivado',
      before: ['Este segundo factor de su cuenta en {issuer} se ha desactivado: {method}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'recovery-code-used': {
      subject: 'Se ha usado un código de recuperación de su cuenta en {issuer}',
      before: [
        'Alguien ha iniciado sesión en su cuenta en {issuer} con uno de sus códigos de recuperación.',
        ...DETAILS,
      ],
      after: [NOT_YOU],
    },
    'password-changed': {
      subject: 'Su contraseña en {issuer} ha cambiado',
      before: ['La contraseña de su cuenta en {issuer} ha cambiado.', ...DETAILS],
      after: [NOT_YOU],
    },
    'email-changed': {
      subject: 'Su dirección de correo en {issuer} ha cambiado',
      before: ['La nueva dirección de correo de su cuenta en {issuer} es {newAddress}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'phone-changed': {
      subject: 'Su número de teléfono en {issuer} ha cambiado',
      before: ['El nuevo número de teléfono de su cuenta en {issuer} es {newPhone}.', ...DETAILS],
      after: [NOT_YOU],
    },
    'wrong-factor-thrice': {
      subject: 'Códigos erróneos en {issuer} tras su contraseña correcta',
      before: [
        'Alguien ha dado la contraseña correcta de su cuenta en {issuer} y después tres veces un código erróneo.',
        ...DETAILS,
      ],
      after: [NOT_YOU],
    },
  },
};
