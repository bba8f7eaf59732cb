//! What people do, through the real router, with time in the test's hand.
mod sign_in;
mod unconfirmed;
