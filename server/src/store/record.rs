//! Rows as they come back: tuples, and structs made by `record!` whose fields stand in the order of the statement's columns.
use super::sql::SqlError;
use rusqlite::types::FromSql;
use sqlx::postgres::PgRow;
use sqlx::{Decode, Postgres, Row as _, Type};

/// A row of whichever database.
pub(super) enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r PgRow),
}

/// What a column may hold.
pub(super) trait Column: FromSql + for<'r> Decode<'r, Postgres> + Type<Postgres> {}

impl Column for String {}
impl Column for i64 {}
impl Column for Vec<u8> {}
impl Column for Option<String> {}
impl Column for Option<i64> {}
impl Column for Option<Vec<u8>> {}

/// What a row is read into.
pub(super) trait Record: Sized {
    /// Reads it.
    fn read(row: &Row<'_>) -> Result<Self, SqlError>;
}

impl Row<'_> {
    /// The value of the column at `place`, counted from 0.
    pub(super) fn get<T: Column>(&self, place: usize) -> Result<T, SqlError> {
        match self {
            Self::Sqlite(row) => Ok(row.get(place)?),
            Self::Postgres(row) => Ok(row.try_get(place)?),
        }
    }

    /// As [`Self::get`]; a debug build also looks whether the column is called as the field is.
    pub(super) fn field<T: Column>(&self, place: usize, name: &str) -> Result<T, SqlError> {
        match self {
            Self::Sqlite(row) => debug_assert_eq!(row.as_ref().column_name(place), Ok(name)),
            Self::Postgres(row) => {
                debug_assert_eq!(row.columns().get(place).map(sqlx::Column::name), Some(name));
            }
        }
        self.get(place)
    }
}

macro_rules! tuples {
    ($(($($column:ident $place:tt),+))+) => {$(
        impl<$($column: Column),+> Record for ($($column,)+) {
            fn read(row: &Row<'_>) -> Result<Self, SqlError> {
                Ok(($(row.get::<$column>($place)?,)+))
            }
        }
    )+};
}

tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
}

/// A struct that is read from a row.
macro_rules! record {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $kind:ty,)+ }) => {
        $(#[$meta])* $vis struct $name { $($(#[$field_meta])* $field_vis $field: $kind,)+ }

        impl $crate::store::record::Record for $name {
            fn read(row: &$crate::store::record::Row<'_>) -> ::core::result::Result<Self, $crate::store::sql::SqlError> {
                let mut places = 0usize..;
                Ok(Self { $($field: row.field(places.next().unwrap_or_default(), stringify!($field))?,)+ })
            }
        }
    };
}

pub(super) use record;
