/**
 * The exact two-sided interval of a binomial count: the smallest and largest number of successes in `n` draws of probability `p` that
 * are not less likely than `alpha` in either tail.
 */
export function binomialInterval(n: number, p: number, alpha: number): readonly [number, number] {
  const masses: number[] = [];
  let logMass = n * Math.log1p(-p);
  for (let k = 0; k <= n; k++) {
    masses.push(Math.exp(logMass));
    logMass += Math.log((n - k) / (k + 1)) + Math.log(p) - Math.log1p(-p);
  }
  return [firstBeyond(masses, alpha / 2), n - firstBeyond(masses.toReversed(), alpha / 2)];
}

/** The first index up to which the masses sum to more than `tail`. */
function firstBeyond(masses: readonly number[], tail: number): number {
  let sum = 0;
  return masses.findIndex((mass) => (sum += mass) > tail);
}
