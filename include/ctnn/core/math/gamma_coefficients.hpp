#pragma once
/// Coefficients of gamma.hpp, the constant term first; tests/reference/gamma.py works them out.
namespace ctnn::scalar::gamma_coefficients {

/// (x + 5/4) · lgamma x / ((x - 1) (x - 2)) on [1/2, 3] in (x - 5/4) / (x + 5/4).
inline constexpr double log_gamma[]{
    0x1.4f6f3daf53cb7p+0, 0x1.41210376aebb8p-3,  0x1.ec71500c3db6cp-2,  0x1.59bec3b1e961cp-4,
    0x1.337d2e01e44c9p-2, 0x1.d9c82c666ef42p-5,  0x1.c012979ce65eap-3,  0x1.690baf7d326b1p-5,
    0x1.60a8de201e02cp-3, 0x1.23e1bf821549ep-5,  0x1.22d3a5cc75be7p-3,  0x1.ea1a9b638cbd8p-6,
    0x1.eef71a2054479p-4, 0x1.a64c3a3a680ebp-6,  0x1.ae8988dfb3f5cp-4,  0x1.74bac036a2b4fp-6,
    0x1.7fffe5fddd006p-4, 0x1.3e25885399dd0p-6,  0x1.41e95a2b245b2p-4,  0x1.72dc3ab6fb9bbp-6,
    0x1.9c2d3c0b12925p-4, 0x1.9058d3352c86cp-10, -0x1.28a7f328ea46ap-7, 0x1.5cdd1b4ebdac0p-5,
    0x1.8e7ca0746d8a3p-3, 0x1.205f2bdbf6e1dp-11};

/// x · (lgamma x - (x - 1/2) · log x + x - log(2π) / 2) from 3 on, in 1 / x².
inline constexpr double log_gamma_beyond[]{
    0x1.5555555555553p-4,  -0x1.6c16c16bf6282p-9,  0x1.a01a00e5622e3p-11, -0x1.3813174192ec7p-11,
    0x1.b9326a92f5d65p-11, -0x1.f3dd1d895ea50p-10, 0x1.8f44ea0ebd2e7p-8,  -0x1.7937174907c59p-6,
    0x1.4d2171356222fp-4,  -0x1.a820884cccb78p-3,  0x1.0c1788f2549f1p-2};

/// digamma x / (x - its zero) on [1, 4] in (x - 2) / (x + 2).
inline constexpr double digamma[]{
    0x1.9213d46736ba4p-1, -0x1.0aff270ca07a7p+0, 0x1.66ef16c22eff9p-1, -0x1.73d3b55106616p-1,
    0x1.5b02757a6cb90p-1, -0x1.63dfe917467fep-1, 0x1.5b84ca0120578p-1, -0x1.60c6f088fdfb4p-1,
    0x1.5c821a531351fp-1, -0x1.5fc408513cf2dp-1, 0x1.5d1aab49d8244p-1, -0x1.5f48312e90326p-1,
    0x1.5d8aa80c3e9e2p-1, -0x1.5f18281b66a8ep-1, 0x1.5c483af2add88p-1, -0x1.5d713ce640507p-1,
    0x1.6c5cabb3b2593p-1, -0x1.6d4865a2d5d1bp-1, 0x1.0195bcffb708cp-1, -0x1.022f9fd82a977p-1,
    0x1.4b53a803fa7d1p+0, -0x1.4bd3b73be5241p+0};

/// x² · (log x - 1 / (2x) - digamma x) from 4 on, in 1 / x².
inline constexpr double digamma_beyond[]{0x1.5555555555555p-4,  -0x1.111111110f067p-7, 0x1.041040f9b9245p-8,
                                         -0x1.111106bcc5d6bp-8, 0x1.f076c12692292p-8,  -0x1.592b758243598p-6,
                                         0x1.5011eeaa8fedbp-4,  -0x1.98e0fffc31040p-2, 0x1.000f97b8e1922p+1,
                                         -0x1.f7faa2a5843c9p+2, 0x1.045c2109598b8p+4};

/// x · trigamma x on [1, 4] in (x - 2) / (x + 2).
inline constexpr double trigamma[]{
    0x1.4a34cc4a60fa6p+0, -0x1.4e6cd8b68858ep-1, 0x1.916d14e782861p-1, -0x1.c268ad5d5f478p-1,
    0x1.e1306bf33f0c9p-1, -0x1.f1f9af1bd3530p-1, 0x1.fa108741b0d82p-1, -0x1.fd9b59d24115ap-1,
    0x1.ff105375e16ebp-1, -0x1.ffa43c8cb3085p-1, 0x1.ffdd8fac24e06p-1, -0x1.fff3443a3ee8bp-1,
    0x1.fff862e23dab1p-1, -0x1.fffb6203b2cd6p-1, 0x1.001e2dcf25388p+0, -0x1.001e60bab8133p+0,
    0x1.fcaea0156766fp-1, -0x1.fcaead3f376ccp-1, 0x1.0f12fd39b2c76p+0, -0x1.0f12fe0f43ba4p+0,
    0x1.5668d5622a669p-1, -0x1.5668d5974bd41p-1, 0x1.00cea0444aa8ap+1, -0x1.00cea04612bc7p+1};

/// x³ · (trigamma x - 1 / x - 1 / (2x²)) from 4 on, in 1 / x².
inline constexpr double trigamma_beyond[]{
    0x1.5555555555555p-3, -0x1.111111110f99bp-5, 0x1.8618617d3e620p-6, -0x1.11110bc6bf741p-5,
    0x1.364beb803419cp-4, -0x1.03085919ac1b1p-2, 0x1.283ab7d261a10p+0, -0x1.abbfc3f1eb4b9p+2,
    0x1.53b4d5dfad8a3p+5, -0x1.e7ac4a539332dp+7, 0x1.f547c20e3442bp+9, -0x1.0122cf08decf3p+11};

/// x² · tetragamma x on [1, 4] in (x - 2) / (x + 2).
inline constexpr double tetragamma[]{
    -0x1.9dd002780310ap+0, 0x1.6fecf6cf056edp+0, -0x1.c6e9d64c26a22p+0, 0x1.f9ae382e2f7f6p+0,
    -0x1.06a0e76b30e2fp+1, 0x1.07729b3d9507cp+1, -0x1.053002f627a86p+1, 0x1.02eac4ef1c046p+1,
    -0x1.0174eacaf9e64p+1, 0x1.00ad91c8bcd11p+1, -0x1.004d0313dfc3ap+1, 0x1.0020ee08c7dd0p+1,
    -0x1.000c36bcaf080p+1, 0x1.00041ac729d46p+1, -0x1.0020b4c206435p+1, 0x1.001f5c686305bp+1,
    -0x1.fcaf61c2b9cfdp+0, 0x1.fcaef70834e60p+0, -0x1.0f130b2aff2aep+1, 0x1.0f13034a02863p+1,
    -0x1.5668d943b4dd2p+0, 0x1.5668d70773bdcp+0, -0x1.00cea06984754p+2, 0x1.00cea053b659ap+2};

/// -x⁴ · (tetragamma x + 1 / x² + 1 / x³) from 4 on, in 1 / x².
inline constexpr double tetragamma_beyond[]{
    0x1.ffffffffffffdp-2, -0x1.555555554d831p-3,  0x1.5555553db4db5p-3,  -0x1.3333250e1c8acp-2,
    0x1.aaa63a42fd2f4p-1, -0x1.a4c30e8f0856ap+1,  0x1.14b3297d3cca3p+4,  -0x1.be876678db811p+6,
    0x1.7f6c2b5c88583p+9, -0x1.20ef7acacf65fp+12, 0x1.31aca4a3a87abp+14, -0x1.3f0ee0e7c1b45p+15};

}  // namespace ctnn::scalar::gamma_coefficients
