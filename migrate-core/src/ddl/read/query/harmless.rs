//! The functions that are known to leave the schema as it is, by the first letters of their names.
//!
//! That nothing else is known of the others is all that follows from their absence.

use crate::dialect::Dialect;

/// Whether a name, as it is compared, stands for what leaves the schema as it is, where `(` follows it:
/// a function, a type, or a word of the language. `qualified` says whether a schema other than the database's
/// own stands before it.
pub(super) fn is_harmless(name: &str, qualified: bool, dialect: Dialect) -> bool {
    let lists: &[&[&str; 26]] = match dialect {
        Dialect::Postgres if qualified => &[&EXTENSIONS],
        Dialect::Postgres => &[&WORDS, &POSTGRES, &EXTENSIONS],
        Dialect::Sqlite => &[&WORDS, &SQLITE],
        // "A stored function or trigger cannot contain statements that perform explicit or implicit
        // commit", as all do that change the schema:
        // https://dev.mysql.com/doc/refman/8.4/en/stored-program-restrictions.html
        Dialect::Mysql => return true,
    };
    // PostGIS has hundreds, of which those that change tables have names of another form.
    let is_spatial = dialect == Dialect::Postgres && name.starts_with("st_");
    let Some(letter) = name.bytes().next().and_then(|byte| byte.checked_sub(b'a')) else {
        return false;
    };
    let holds = |list: &&[&str; 26]| {
        let names = list.get(usize::from(letter)).copied().unwrap_or_default();
        names.split(' ').any(|known| known == name)
    };
    is_spatial || lists.iter().any(holds)
}

/// Words of the language and types, which stand before a parenthesis and call nothing.
const WORDS: [&str; 26] = [
    "alias all and any array as assert",
    "bernoulli between bit both bpchar by",
    "case char character check coalesce collate columns conflict continue cube current_date \
     current_time current_timestamp cursor cycle",
    "day debug dec decimal default deferred delete diagnostics distinct do double",
    "else elseif elsif escape except exception excluded exists exit explain",
    "fetch filter first float following for foreach from",
    "geography geometry get glob greatest grouping",
    "halfvec having hour",
    "if ilike in include index info insert instead intersect interval into is isnull",
    "join",
    "key",
    "lateral leading least like limit localtime localtimestamp log loop",
    "match materialized merge minute mod month move",
    "national natural nchar next not nothing notice notnull nullif numeric",
    "of offset on only open operator or order ordinality over overlaps",
    "partition passing path perform position preceding precision primary",
    "query",
    "raise range recursive references regexp return returning reverse rollup row rows",
    "second select set sets similar slice some sparsevec strict symmetric system",
    "table tablesample text then time timestamp timestamptz timetz to trailing trim",
    "union unique unnest update using",
    "values varbit varchar variadic varying vector",
    "warning when where while window with within",
    "",
    "year",
    "",
];

/// Functions of PostgreSQL itself. Those that run text that they are given (`query_to_xml`) are left out.
const POSTGRES: [&str; 26] = [
    "abbrev abs aclexplode acos acosd acosh age area array_agg array_append array_cat \
     array_dims array_fill array_length array_lower array_ndims array_position array_positions \
     array_prepend array_remove array_replace array_reverse array_sample array_shuffle \
     array_sort array_to_json array_to_string array_to_tsvector array_upper ascii asin asind \
     asinh atan atan2 atan2d atand atanh avg",
    "bigint bit_and bit_count bit_length bit_or bit_xor bool bool_and bool_or boolean box \
     brin_summarize_new_values broadcast btrim bytea bytea_import",
    "cardinality casefold cast cbrt ceil ceiling center char_length character_length chr cidr \
     circle clock_timestamp col_description concat concat_ws convert convert_from convert_to \
     corr cos cosd cosh cot cotd count covar_pop covar_samp crc32 crc32c cume_dist \
     current_catalog current_database current_query current_role current_schema current_schemas \
     current_setting current_user currval",
    "date date_add date_bin date_part date_subtract date_trunc datemultirange daterange decode \
     degrees dense_rank diameter div",
    "encode enum_first enum_last enum_range erf erfc every exp extract",
    "factorial family first_value float4 float8 floor format format_type",
    "gamma gcd gen_random_bytes gen_random_uuid generate_series generate_subscripts get_bit \
     get_byte get_current_ts_config",
    "has_any_column_privilege has_column_privilege has_database_privilege \
     has_foreign_data_wrapper_privilege has_function_privilege has_language_privilege \
     has_schema_privilege has_sequence_privilege has_server_privilege has_table_privilege \
     has_tablespace_privilege has_type_privilege hashtext hashtextextended height host hostmask",
    "inet inet_client_addr inet_client_port inet_merge inet_same_family inet_server_addr \
     inet_server_port initcap int int2 int4 int4multirange int4range int8 int8multirange \
     int8range integer isempty isfinite",
    "json json_agg json_agg_strict json_array json_array_elements json_array_elements_text \
     json_array_length json_arrayagg json_build_array json_build_object json_each \
     json_each_text json_exists json_extract_path json_extract_path_text json_object \
     json_object_agg json_object_agg_strict json_object_keys json_objectagg \
     json_populate_record json_populate_recordset json_query json_scalar json_serialize \
     json_strip_nulls json_table json_to_record json_to_recordset json_typeof json_value jsonb \
     jsonb_agg jsonb_agg_strict jsonb_array_elements jsonb_array_elements_text \
     jsonb_array_length jsonb_build_array jsonb_build_object jsonb_concat jsonb_delete \
     jsonb_delete_path jsonb_each jsonb_each_text jsonb_exists jsonb_exists_all \
     jsonb_exists_any jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object \
     jsonb_object_agg jsonb_object_agg_strict jsonb_object_keys jsonb_path_exists \
     jsonb_path_exists_tz jsonb_path_match jsonb_path_match_tz jsonb_path_query \
     jsonb_path_query_array jsonb_path_query_first jsonb_path_query_tz jsonb_populate_record \
     jsonb_populate_recordset jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls \
     jsonb_to_record jsonb_to_recordset jsonb_typeof justify_days justify_hours \
     justify_interval",
    "",
    "lag last_value lastval lcm lead left length lgamma line ln lo_create lo_from_bytea lo_get \
     lo_put lo_unlink log10 lower lower_inc lower_inf lpad lseg ltrim",
    "macaddr macaddr8 make_date make_interval make_time make_timestamp make_timestamptz \
     make_valid masklen max md5 merge_action min min_scale mode money multirange",
    "name netmask network nextval normalize now npoints nth_value ntile num_nonnulls num_nulls \
     nummultirange numnode numrange",
    "obj_description octet_length oid overlay",
    "parse_ident path percent_rank percentile_cont percentile_disc pg_advisory_lock \
     pg_advisory_lock_shared pg_advisory_unlock pg_advisory_unlock_all \
     pg_advisory_unlock_shared pg_advisory_xact_lock pg_advisory_xact_lock_shared \
     pg_backend_pid pg_basetype pg_blocking_pids pg_cancel_backend pg_client_encoding \
     pg_collation_for pg_column_compression pg_column_size pg_conf_load_time pg_current_wal_lsn \
     pg_current_xact_id pg_database_size pg_describe_object pg_export_snapshot \
     pg_function_is_visible pg_get_constraintdef pg_get_expr pg_get_function_arguments \
     pg_get_function_identity_arguments pg_get_function_result pg_get_functiondef \
     pg_get_indexdef pg_get_keywords pg_get_object_address pg_get_partkeydef pg_get_ruledef \
     pg_get_serial_sequence pg_get_statisticsobjdef pg_get_triggerdef pg_get_userbyid \
     pg_get_viewdef pg_has_role pg_identify_object pg_index_column_has_property pg_indexes_size \
     pg_input_error_info pg_input_is_valid pg_is_in_recovery pg_is_other_temp_schema \
     pg_jit_available pg_last_committed_xact pg_listening_channels pg_lsn pg_my_temp_schema \
     pg_notify pg_options_to_table pg_partition_ancestors pg_partition_root pg_partition_tree \
     pg_postmaster_start_time pg_relation_filenode pg_relation_size pg_reload_conf \
     pg_sequence_last_value pg_settings_get_flags pg_size_bytes pg_size_pretty pg_sleep \
     pg_sleep_for pg_sleep_until pg_snapshot_xmin pg_stat_reset pg_table_is_visible \
     pg_table_size pg_tablespace_location pg_terminate_backend pg_total_relation_size \
     pg_trigger_depth pg_try_advisory_lock pg_try_advisory_lock_shared \
     pg_try_advisory_xact_lock pg_try_advisory_xact_lock_shared pg_type_is_visible pg_typeof \
     pg_xact_commit_timestamp pg_xact_status phraseto_tsquery pi plainto_tsquery point polygon \
     popcount pow power",
    "querytree quote_ident quote_literal quote_nullable",
    "radians radius random random_normal range_agg range_intersect_agg range_merge rank real \
     regclass regexp_count regexp_instr regexp_like regexp_match regexp_matches regexp_replace \
     regexp_split_to_array regexp_split_to_table regexp_substr regnamespace regproc \
     regprocedure regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx \
     regr_sxy regr_syy regrole regtype repeat replace right round row_number \
     row_security_active row_to_json rpad rtrim",
    "scale session_user set_bit set_byte set_masklen setseed setval setweight sha224 sha256 \
     sha384 sha512 shobj_description sign sin sind sinh slope smallint split_part sqrt \
     starts_with statement_timestamp stddev stddev_pop stddev_samp string_agg string_to_array \
     string_to_table strip strpos substr substring sum system_user",
    "tan tand tanh text timeofday timezone to_ascii to_bin to_char to_date to_hex to_json \
     to_jsonb to_number to_oct to_reg to_regclass to_regcollation to_regnamespace to_regoper \
     to_regoperator to_regproc to_regprocedure to_regrole to_regtype to_timestamp to_tsquery \
     to_tsvector transaction_timestamp translate treat trim_array trim_scale trunc ts_debug \
     ts_delete ts_filter ts_headline ts_lexize ts_parse ts_rank ts_rank_cd tsmultirange tsquery \
     tsquery_phrase tsrange tstzmultirange tstzrange tsvector tsvector_to_array txid_current \
     txid_current_if_assigned txid_current_snapshot txid_status",
    "unicode_assigned unistr upper upper_inc upper_inf user uuid uuid_extract_timestamp \
     uuid_extract_version uuid_in uuidv4 uuidv7",
    "var_pop var_samp variance version",
    "websearch_to_tsquery width width_bucket",
    "xmin xml xml_is_well_formed xmlagg xmlattributes xmlcomment xmlconcat xmlelement xmlexists \
     xmlforest xmlparse xmlpi xmlroot xmlserialize xmltable xmltext xpath xpath_exists",
    "",
    "",
];

/// Functions of PostgreSQL's usual extensions, in whichever schema these are.
const EXTENSIONS: [&str; 26] = [
    "akeys armor avals",
    "",
    "citext cosine_distance crypt cube_distance",
    "dblink_is_busy dearmor decrypt defined delete difference digest dmetaphone",
    "each earth_box earth_distance encrypt exist",
    "fuzzystrmatch",
    "gen_random_bytes gen_salt",
    "h_int hmac hstore hstore_to_array hstore_to_json hstore_to_jsonb hstore_to_matrix",
    "idx index inner_product",
    "",
    "",
    "l1_distance l2_distance l2_normalize lca levenshtein levenshtein_less_equal ll_to_earth \
     ltree ltree2text",
    "metaphone",
    "nlevel",
    "",
    "pgp_pub_decrypt pgp_pub_encrypt pgp_sym_decrypt pgp_sym_decrypt_bytea pgp_sym_encrypt \
     pgp_sym_encrypt_bytea populate_record",
    "",
    "",
    "set_limit show_limit show_trgm similarity skeys slice soundex strict_word_similarity \
     subltree subpath svals",
    "tconvert text2ltree time_bucket",
    "unaccent uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4 \
     uuid_generate_v5 uuid_nil uuid_ns_dns uuid_ns_oid uuid_ns_url uuid_ns_x500",
    "vector_dims vector_norm",
    "word_similarity",
    "",
    "",
    "",
];

/// Functions of SQLite.
const SQLITE: [&str; 26] = [
    "abs acos acosh asin asinh atan atan2 atanh avg",
    "blob bm25",
    "cast ceil ceiling changes char coalesce concat concat_ws cos cosh count cume_dist",
    "date datetime degrees dense_rank",
    "exp",
    "first_value floor format fts3_tokenizer",
    "generate_series glob group_concat",
    "hex highlight",
    "if ifnull iif instr int integer",
    "json json_array json_array_length json_each json_error_position json_extract \
     json_group_array json_group_object json_insert json_object json_patch json_pretty \
     json_quote json_remove json_replace json_set json_tree json_type json_valid jsonb \
     jsonb_array jsonb_each jsonb_extract jsonb_group_array jsonb_group_object jsonb_insert \
     jsonb_object jsonb_patch jsonb_remove jsonb_replace jsonb_set jsonb_tree julianday",
    "",
    "lag last_insert_rowid last_value lead length like likelihood likely ln log log10 log2 \
     lower ltrim",
    "matchinfo max median min mod",
    "nth_value ntile nullif",
    "octet_length offsets",
    "percent_rank percentile percentile_cont percentile_disc pi pow power \
     pragma_foreign_key_check pragma_foreign_key_list pragma_index_info pragma_index_list \
     pragma_table_info pragma_table_xinfo printf",
    "quote",
    "radians raise random randomblob rank real regexp replace round row_number rtrim",
    "sign sin sinh snippet soundex sqlite_compileoption_get sqlite_compileoption_used \
     sqlite_offset sqlite_source_id sqlite_version sqrt strftime string_agg substr substring \
     subtype sum",
    "tan tanh text time timediff total total_changes trim trunc typeof",
    "unhex unicode unistr unistr_quote unixepoch unlikely upper uuid uuid_str",
    "",
    "",
    "",
    "",
    "zeroblob",
];
