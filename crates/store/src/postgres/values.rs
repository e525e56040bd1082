//! Values as PostgreSQL has them on the wire.

use bytes::{BufMut as _, BytesMut};
use tokio_postgres::types::{FromSql, IsNull, Kind, ToSql, Type, to_sql_checked};

use crate::sql::{SqlError, Value, ValueRef};

type Refused = Box<dyn std::error::Error + Sync + Send>;

/// A row as it came.
pub(crate) struct PgRow(pub(super) tokio_postgres::Row);

struct Raw<'r>(ValueRef<'r>);

impl<'r> FromSql<'r> for Raw<'r> {
    fn from_sql(kind: &Type, raw: &'r [u8]) -> Result<Self, Refused> {
        Ok(Self(match *kind {
            Type::INT8 => ValueRef::Integer(i64::from_sql(kind, raw)?),
            Type::INT4 => ValueRef::Integer(i32::from_sql(kind, raw)?.into()),
            Type::INT2 => ValueRef::Integer(i16::from_sql(kind, raw)?.into()),
            Type::BOOL => ValueRef::Integer(bool::from_sql(kind, raw)?.into()),
            Type::BYTEA => ValueRef::Blob(raw),
            _ => ValueRef::Text(std::str::from_utf8(raw)?),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Refused> {
        Ok(Self(ValueRef::Null))
    }

    fn accepts(kind: &Type) -> bool {
        matches!(
            *kind,
            Type::INT8
                | Type::INT4
                | Type::INT2
                | Type::BOOL
                | Type::BYTEA
                | Type::TEXT
                | Type::VARCHAR
                | Type::NAME
        )
    }
}

impl PgRow {
    pub fn value(&self, at: usize) -> Result<ValueRef<'_>, SqlError> {
        self.0.try_get::<_, Raw<'_>>(at).map(|raw| raw.0).map_err(|_| SqlError::Column)
    }
}

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Refused> {
        match (self, kind) {
            (Self::Null, _) => return Ok(IsNull::Yes),
            (Self::Integer(number), &Type::INT8) => out.put_i64(*number),
            (Self::Integer(number), &Type::INT4) => out.put_i32(i32::try_from(*number)?),
            (Self::Integer(number), &Type::INT2) => out.put_i16(i16::try_from(*number)?),
            (Self::Integer(number), &Type::BOOL) => out.put_u8(u8::from(*number != 0)),
            (Self::Text(text), &(Type::TEXT | Type::VARCHAR | Type::NAME)) => out.put_slice(text.as_bytes()),
            (Self::Blob(blob), &Type::BYTEA) => out.put_slice(blob),
            (Self::Integer(_) | Self::Text(_) | Self::Blob(_), other) => {
                return Err(format!("a value of another type than {other}").into());
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// What a parameter stands for: a value, or one for each of many rows.
#[derive(Debug)]
pub(super) enum Param {
    One(Value),
    Many(Vec<Value>),
}

impl Param {
    /// The values of many rows, column by column.
    pub fn columns(rows: Vec<Vec<Value>>) -> Vec<Self> {
        let mut columns: Vec<Vec<Value>> = Vec::new();
        for row in rows {
            columns.resize_with(row.len(), Vec::new);
            for (column, value) in columns.iter_mut().zip(row) {
                column.push(value);
            }
        }
        columns.into_iter().map(Self::Many).collect()
    }
}

/// An array: how many dimensions, whether there are nulls, of what, how many, counted from where; then the elements.
fn array(values: &[Value], of: &Type, out: &mut BytesMut) -> Result<(), Refused> {
    out.put_i32(1);
    out.put_i32(i32::from(values.contains(&Value::Null)));
    out.put_u32(of.oid());
    out.put_i32(i32::try_from(values.len())?);
    out.put_i32(1);
    let mut element = BytesMut::new();
    for value in values {
        element.clear();
        match value.to_sql(of, &mut element)? {
            IsNull::Yes => out.put_i32(-1),
            IsNull::No => {
                out.put_i32(i32::try_from(element.len())?);
                out.put_slice(&element);
            }
        }
    }
    Ok(())
}

impl ToSql for Param {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Refused> {
        match (self, kind.kind()) {
            (Self::One(value), _) => value.to_sql(kind, out),
            (Self::Many(values), Kind::Array(of)) => array(values, of, out).map(|()| IsNull::No),
            (Self::Many(_), _) => Err(format!("values of many rows for one of {kind}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
