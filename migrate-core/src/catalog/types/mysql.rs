//! The types of mysql.
