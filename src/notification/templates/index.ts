import type { Locale } from '../../shared/codes.js';
import type { LanguageTexts, TemplateName } from '../template.types.js';
import { de } from './de.js';
import { en } from './en.js';
import { es } from './es.js';
import { fr } from './fr.js';
import { nl } from './nl.js';

export const LANGUAGES: Record<Locale, LanguageTexts> = { en, de, fr, nl, es };

/** A template has a form for texts in every language or in none; a test holds them to it. */
export const canBeTexted = (template: TemplateName): boolean => en.templates[template].sms !== undefined;
