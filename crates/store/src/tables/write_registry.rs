//! The registry as decisions write it: 主体, services, and the indexes by which they are found.

use crate::sql::params;
use heyan_domain::state::Tables;
use rand::Rng;

use super::write::{run, to_json};
use super::writer::Writer;
use crate::database::StoreError;
use crate::keys::Purpose;

impl Writer {
    pub(super) fn write_registry(&mut self, rows: &Tables, rng: &mut dyn Rng) -> Result<(), StoreError> {
        for (no, record) in &rows.entities {
            let no = no.to_string();
            let Some(record) = record else {
                run!(self, "DELETE FROM entities WHERE no = ?1", no);
                continue;
            };
            let sealed = self.ring.seal(Purpose::Entity, no.as_bytes(), &to_json(&**record, "entity")?, rng);
            let sql = "INSERT INTO entities (no, sealed) VALUES (?1, ?2) \
                       ON CONFLICT (no) DO UPDATE SET sealed = excluded.sealed";
            run!(self, sql, no, sealed);
        }
        for (no, record) in &rows.services {
            let no = no.to_string();
            let Some(record) = record else {
                run!(self, "DELETE FROM services WHERE no = ?1", no);
                continue;
            };
            let sealed =
                self.ring.seal(Purpose::Service, no.as_bytes(), &to_json(&**record, "service")?, rng);
            let sql = "INSERT INTO services (no, sealed) VALUES (?1, ?2) \
                       ON CONFLICT (no) DO UPDATE SET sealed = excluded.sealed";
            run!(self, sql, no, sealed);
        }
        self.write_registry_indexes(rows)
    }

    fn write_registry_indexes(&mut self, rows: &Tables) -> Result<(), StoreError> {
        for (entity, no) in &rows.entity_numbers {
            match no {
                None => {
                    run!(self, "DELETE FROM entity_numbers WHERE entity = ?1", entity.as_bytes());
                }
                Some(no) => {
                    let sql = "INSERT INTO entity_numbers (entity, no) VALUES (?1, ?2) \
                               ON CONFLICT (entity) DO UPDATE SET no = excluded.no";
                    run!(self, sql, entity.as_bytes(), no.to_string());
                }
            }
        }
        for (domain, service) in &rows.domains {
            match service {
                None => {
                    run!(self, "DELETE FROM domains WHERE domain = ?1", domain.as_str());
                }
                Some(service) => {
                    let sql = "INSERT INTO domains (domain, service_no) VALUES (?1, ?2) \
                               ON CONFLICT (domain) DO UPDATE SET service_no = excluded.service_no";
                    run!(self, sql, domain.as_str(), service.to_string());
                }
            }
        }
        Ok(())
    }
}
