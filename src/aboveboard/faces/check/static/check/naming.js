/* What the ids in a pack are called: by the names the pack holds, else by the words of the id itself. */

import { countryName, inWords, languageNow, say, starting } from "./language.js";

const BASES = new Map([
  ["consent", "consent"],
  ["contract", "contract"],
  ["legal-obligation", "legal obligation"],
  ["vital-interest", "vital interest"],
  ["public-task", "public task"],
  ["legitimate-interest", "legitimate interest"],
]);

const PLACES = new Map([
  ["workplace", "by workplace"],
  ["entity", "by the company's country"],
  ["network", "by network"],
  ["unknown", "could not be established"],
]);

const PURPOSES = new Map([
  ["customer-relationship", "customer relationship"],
  ["public-affairs", "public affairs"],
  ["supplier-management", "supplier management"],
  ["data-protection-oversight", "data protection oversight"],
  ["own-record", "own record"],
  ["governance", "governance"],
]);

const DONE = new Map([
  ["record", "Recorded"],
  ["restrict", "Restricted, or a choice of yours kept"],
  ["erase", "Erased"],
]);

/* Why somebody was refused, by rule: the clauses of the person's own page. */
export const WHY = new Map([
  ["purpose_registered", "the purpose was not in our register"],
  ["role_may", "it was not the task of whoever asked"],
  ["entity_live", "that company had not started yet"],
  ["place_not_warned", "an authority warns of the place it was asked from"],
  ["transfer_allowed", "it was asked from outside the EEA and nothing on record allowed the transfer"],
  ["notice_given", "you had not been told in time"],
  ["not_restricted", "your data were restricted"],
  ["grant_held", "the company that answers for your data had not granted it"],
  ["not_objected", "you had objected"],
  ["purpose_fits", "it was recorded for another purpose"],
  ["basis_stands", "its legal basis did not hold"],
  ["consent_stands", "there was no consent of yours"],
  ["consent_free", "somebody in public office cannot freely consent to it"],
  ["interest_assessed", "nobody had weighed the interest behind it against yours"],
  ["category_allowed", "it is not needed for that purpose"],
  ["exception_attached", "it is specially protected"],
  ["offences_authorised", "only a law may order that"],
  ["national_id_authorised", "only a law may order that"],
  ["source_given", "nobody could say where it came from"],
  ["retention_runs", "the time for keeping it was over"],
  ["text_cleared", "a text was still to be checked"],
  ["own_record_only", "it was somebody else's record"],
]);

const known = (words, id) => (words.has(id) ? say(words.get(id)) : inWords(id));
const texts = (value) => (value && typeof value === "object" ? value : {});

/* Names for one pack. They are the company's own words; beside an entity its id is shown as well. */
export class Names {
  constructor(evidence) {
    const names = texts(evidence.names);
    this.entities = new Map(Object.entries(texts(names.entities)));
    this.categories = new Map(Object.entries(texts(names.categories)));
    this.purposes = new Map(Object.entries(texts(names.purposes)));
  }

  inLanguage(names, id) {
    const found = texts(names.get(id))[languageNow()];
    return typeof found === "string" ? found : "";
  }

  entity(id) {
    const name = this.entities.get(id);
    if (!id) return say("the program, on its term");
    return typeof name === "string" && name !== id ? `${name} (${id})` : id;
  }

  category(id) {
    if (id === "T00") return say("the record as a whole");
    return this.inLanguage(this.categories, id) || id;
  }

  listed(ids) {
    return starting(ids.map((id) => this.category(id)).join(", "));
  }

  purpose(id) {
    return known(PURPOSES, id);
  }

  purposeSentence(id) {
    return this.inLanguage(this.purposes, id);
  }

  place({ country, established }) {
    return `${countryName(country)}, ${known(PLACES, established)}`;
  }
}

export const basis = (id) => known(BASES, id);
export const done = (operation) => say(DONE.get(operation) ?? "Changed");
export const reasons = (codes) => {
  const rules = new Set(codes.map((code) => code.split(":")[0]));
  return [...new Set([...rules].filter((rule) => WHY.has(rule)).map((rule) => say(WHY.get(rule))))].join("; ");
};
