/** For a test of how soon something happens: the machine may have other things to do for a second, but hardly three times. */
export const atOnce = { retry: 2 } as const;
