/** The version of the product, as package.json has it (a test holds the two together): a bundle has no package.json of ours. */
export const VERSION = '0.1.0';
