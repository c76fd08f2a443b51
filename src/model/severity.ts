/** How bad it is, for cards and findings alike: 1 is the worst. */

export type Severity = 1 | 2 | 3 | 4 | 5
