//! What goes into statements and comes out of rows: whole numbers, texts, octets, or nothing.

use super::SqlError;

/// A value in a row, or for a statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ValueRef<'v> {
    Null,
    Integer(i64),
    Text(&'v str),
    Blob(&'v [u8]),
}

impl<'v> ValueRef<'v> {
    pub fn as_str(self) -> Result<&'v str, SqlError> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Null | Self::Integer(_) | Self::Blob(_) => Err(SqlError::Column),
        }
    }

    pub fn as_blob(self) -> Result<&'v [u8], SqlError> {
        match self {
            Self::Blob(blob) => Ok(blob),
            Self::Null | Self::Integer(_) | Self::Text(_) => Err(SqlError::Column),
        }
    }

    fn as_integer(self) -> Result<i64, SqlError> {
        match self {
            Self::Integer(number) => Ok(number),
            Self::Null | Self::Text(_) | Self::Blob(_) => Err(SqlError::Column),
        }
    }
}

/// One of its own.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Value {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
}

impl From<ValueRef<'_>> for Value {
    fn from(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Integer(number),
            ValueRef::Text(text) => Self::Text(text.to_owned()),
            ValueRef::Blob(blob) => Self::Blob(blob.to_vec()),
        }
    }
}

/// What can be put into a statement.
pub(crate) trait ToSql {
    fn to_sql(&self) -> ValueRef<'_>;
}

/// What can be read from a row.
pub(crate) trait FromSql: Sized {
    fn from_sql(value: ValueRef<'_>) -> Result<Self, SqlError>;
}

impl ToSql for Value {
    fn to_sql(&self) -> ValueRef<'_> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text),
            Self::Blob(blob) => ValueRef::Blob(blob),
        }
    }
}

impl FromSql for Value {
    fn from_sql(value: ValueRef<'_>) -> Result<Self, SqlError> {
        Ok(value.into())
    }
}

macro_rules! numbers {
    ($($type:ty),+) => {
        $(
            impl ToSql for $type {
                fn to_sql(&self) -> ValueRef<'_> {
                    ValueRef::Integer(i64::from(*self))
                }
            }
            impl FromSql for $type {
                fn from_sql(value: ValueRef<'_>) -> Result<Self, SqlError> {
                    value.as_integer()?.try_into().map_err(|_| SqlError::Column)
                }
            }
        )+
    };
}
numbers!(i64, i32, u32, u16, u8);

impl ToSql for bool {
    fn to_sql(&self) -> ValueRef<'_> {
        ValueRef::Integer(i64::from(*self))
    }
}

impl FromSql for bool {
    fn from_sql(value: ValueRef<'_>) -> Result<Self, SqlError> {
        Ok(value.as_integer()? != 0)
    }
}

impl FromSql for u64 {
    fn from_sql(value: ValueRef<'_>) -> Result<Self, SqlError> {
        value.as_integer()?.try_into().map_err(|_| SqlError::Column)
    }
}

impl FromSql for usize {
    fn from_sql(value: ValueRef<'_>) -> Result<Self, SqlError> {
        value.as_integer()?.try_into().map_err(|_| SqlError::Column)
    }
}

impl ToSql for str {
    fn to_sql(&self) -> ValueRef<'_> {
        ValueRef::Text(self)
    }
}

impl ToSql for String {
    fn to_sql(&self) -> ValueRef<'_> {
        ValueRef::Text(self)
    }
}

impl ToSql for std::borrow::Cow<'_, str> {
    fn to_sql(&self) -> ValueRef<'_> {
        ValueRef::Text(self)
    }
}

impl FromSql for String {
    fn from_sql(value: ValueRef<'_>) -> Result<Self, SqlError> {
        value.as_str().map(str::to_owned)
    }
}

impl ToSql for [u8] {
    fn to_sql(&self) -> ValueRef<'_> {
        ValueRef::Blob(self)
    }
}

impl ToSql for Vec<u8> {
    fn to_sql(&self) -> ValueRef<'_> {
        ValueRef::Blob(self)
    }
}

impl FromSql for Vec<u8> {
    fn from_sql(value: ValueRef<'_>) -> Result<Self, SqlError> {
        value.as_blob().map(<[u8]>::to_vec)
    }
}

impl<const N: usize> ToSql for [u8; N] {
    fn to_sql(&self) -> ValueRef<'_> {
        ValueRef::Blob(self)
    }
}

impl<const N: usize> FromSql for [u8; N] {
    fn from_sql(value: ValueRef<'_>) -> Result<Self, SqlError> {
        value.as_blob()?.try_into().map_err(|_| SqlError::Column)
    }
}

impl<T: ToSql + ?Sized> ToSql for &T {
    fn to_sql(&self) -> ValueRef<'_> {
        (**self).to_sql()
    }
}

impl<T: ToSql> ToSql for Option<T> {
    fn to_sql(&self) -> ValueRef<'_> {
        self.as_ref().map_or(ValueRef::Null, ToSql::to_sql)
    }
}

impl<T: FromSql> FromSql for Option<T> {
    fn from_sql(value: ValueRef<'_>) -> Result<Self, SqlError> {
        match value {
            ValueRef::Null => Ok(None),
            ValueRef::Integer(_) | ValueRef::Text(_) | ValueRef::Blob(_) => T::from_sql(value).map(Some),
        }
    }
}

/// The values of a statement, in the order of their numbers.
pub(crate) trait Params {
    fn values(&self) -> Vec<ValueRef<'_>>;
}

impl Params for () {
    fn values(&self) -> Vec<ValueRef<'_>> {
        Vec::new()
    }
}

impl Params for Vec<Value> {
    fn values(&self) -> Vec<ValueRef<'_>> {
        self.iter().map(ToSql::to_sql).collect()
    }
}

macro_rules! arrays {
    ($($length:literal),+) => {
        $(
            impl<T: ToSql> Params for [T; $length] {
                fn values(&self) -> Vec<ValueRef<'_>> {
                    self.iter().map(ToSql::to_sql).collect()
                }
            }
        )+
    };
}
arrays!(1, 2, 3, 4, 5);

macro_rules! tuples {
    ($($name:ident)+) => {
        impl<$($name: ToSql),+> Params for ($($name,)+) {
            #[expect(non_snake_case, reason = "the names of the types are those of the values")]
            fn values(&self) -> Vec<ValueRef<'_>> {
                let ($($name,)+) = self;
                vec![$($name.to_sql()),+]
            }
        }
    };
}
tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
tuples!(A B C D E F G H I);
tuples!(A B C D E F G H I J);
tuples!(A B C D E F G H I J K);
tuples!(A B C D E F G H I J K L);
tuples!(A B C D E F G H I J K L M);
tuples!(A B C D E F G H I J K L M N);
tuples!(A B C D E F G H I J K L M N O);
tuples!(A B C D E F G H I J K L M N O P);
tuples!(A B C D E F G H I J K L M N O P Q);
tuples!(A B C D E F G H I J K L M N O P Q R);
tuples!(A B C D E F G H I J K L M N O P Q R S);
tuples!(A B C D E F G H I J K L M N O P Q R S T);
tuples!(A B C D E F G H I J K L M N O P Q R S T U);
tuples!(A B C D E F G H I J K L M N O P Q R S T U V);
tuples!(A B C D E F G H I J K L M N O P Q R S T U V W);
tuples!(A B C D E F G H I J K L M N O P Q R S T U V W X);

/// The values of a statement, of whatever types.
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        ($(&$value,)*)
    };
}
pub(crate) use params;
