//! Random streams that mean the same for ever, since recipes and links carry seeds.
//!
//! xoshiro256++ (Blackman and Vigna 2019, "Scrambled linear pseudorandom number generators"), seeded by SplitMix64
//! from a seed, a purpose and an index. A fold, a trial or a replicate has its own stream; a worker never has.

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub struct Rng {
    state: [u64; 4],
    /// The second normal of a pair, kept for the next call.
    spare: Option<f64>,
}

impl Rng {
    /// The stream of a seed for a purpose, such as "folds", and an index, such as the fold's number.
    pub fn new(seed: u64, purpose: &str, index: u64) -> Self {
        // FNV-1a of the purpose keeps streams of one seed apart.
        let purpose = purpose.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        let mut mix = SplitMix(seed);
        let mut mix = SplitMix(mix.next() ^ purpose);
        let mut mix = SplitMix(mix.next() ^ index);
        Self { state: [mix.next(), mix.next(), mix.next(), mix.next()], spare: None }
    }

    /// 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        let s = &mut self.state;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// A number from 0 to below 1, a multiple of 2^-53.
    pub fn uniform(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// A whole number below `bound`, each equally likely (Lemire 2019, by multiplication, with rejection).
    /// A bound of 0 gives 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = bound as u64;
        if bound == 0 {
            return 0;
        }
        let threshold = bound.wrapping_neg() % bound;
        loop {
            let product = u128::from(self.next_u64()) * u128::from(bound);
            if product as u64 >= threshold {
                return (product >> 64) as usize;
            }
        }
    }

    /// A standard normal number (Marsaglia's polar method).
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        loop {
            let (u, v) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let square = u * u + v * v;
            if square > 0.0 && square < 1.0 {
                let scale = (-2.0 * super::float::ln(square) / square).sqrt();
                self.spare = Some(v * scale);
                return u * scale;
            }
        }
    }

    /// Puts the items into a random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// `count` different indices below `n` (all of them where `count` is larger), in random order.
    pub fn sample(&mut self, n: usize, count: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..n).collect();
        let count = count.min(n);
        for place in 0..count {
            let other = place + self.below(n - place);
            all.swap(place, other);
        }
        all.truncate(count);
        all
    }
}

struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_xoshiro256_plus_plus() {
        // First outputs of the authors' C code from the state 1, 2, 3, 4.
        let mut rng = Rng { state: [1, 2, 3, 4], spare: None };
        let first: Vec<u64> = (0..4).map(|_| rng.next_u64()).collect();
        assert_eq!(first, [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386]);
    }

    #[test]
    fn streams_of_one_seed_differ_by_purpose_and_index() {
        let first = |purpose, index| Rng::new(7, purpose, index).next_u64();
        assert_ne!(first("folds", 0), first("folds", 1));
        assert_ne!(first("folds", 0), first("batches", 0));
        assert_eq!(first("folds", 0), first("folds", 0));
    }

    #[test]
    fn bounded_numbers_are_even_and_moments_of_the_normal_are_right() {
        let mut rng = Rng::new(1, "test", 0);
        let mut counts = [0_u32; 7];
        for _ in 0..70_000 {
            counts[rng.below(7)] += 1;
        }
        // Chi-square with 6 degrees of freedom: 33 is beyond one in a hundred thousand.
        let chi: f64 = counts.iter().map(|&c| (f64::from(c) - 1e4) * (f64::from(c) - 1e4) / 1e4).sum();
        assert!(chi < 33.0, "{counts:?}");
        let draws: Vec<f64> = (0..40_000).map(|_| rng.normal()).collect();
        let mean = draws.iter().sum::<f64>() / 4e4;
        let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 4e4;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.04, "{mean} {variance}");
    }

    #[test]
    fn a_sample_holds_different_indices() {
        let mut sample = Rng::new(3, "test", 0).sample(10, 4);
        sample.sort_unstable();
        sample.dedup();
        assert_eq!(sample.len(), 4);
        assert_eq!(Rng::new(3, "test", 0).sample(3, 9).len(), 3);
    }
}
