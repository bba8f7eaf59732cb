//! What the rules promise, one file per subject, on a whole installation in memory.
#[cfg(test)]
mod accounts;
#[cfg(test)]
mod fail_closed;
#[cfg(test)]
mod fresh_proof;
#[cfg(test)]
mod grants;
#[cfg(test)]
mod hands;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod lock;
#[cfg(test)]
mod methods;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod password_tries;
#[cfg(test)]
mod phones;
#[cfg(test)]
mod purposes;
#[cfg(test)]
mod races;
#[cfg(test)]
mod remove;
#[cfg(test)]
mod replace;
#[cfg(test)]
mod resend;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod tests_of_delivery;
#[cfg(test)]
mod voice;
