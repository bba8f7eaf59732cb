//! What every store promises of apps' requests, grants and tokens, kept by the world in memory.
use domain::testing::grants::promises;
use domain::testing::{block_on, world};

macro_rules! kept {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                block_on(promises::$name(&world()));
            }
        )*
    };
}

domain::for_each_grant_promise! { kept }
