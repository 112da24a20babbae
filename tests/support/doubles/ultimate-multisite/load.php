<?php
/**
 * Test double of Ultimate Multisite: its classes with their signatures, its table, and its hooks in their order.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

foreach ( array( 'class-credential-store', 'class-integration', 'interface-capability-module', 'class-base-capability-module', 'interface-domain-mapping-capability', 'class-integration-registry', 'class-closte-integration', 'class-closte-domain-mapping', 'class-closte-host-provider', 'class-logger', 'class-hosting-integration-wizard', 'class-domain', 'class-domain-manager', 'class-site-duplicator', 'functions' ) as $closte_double_file ) {
	require_once __DIR__ . "/$closte_double_file.php";
}

/**
 * Makes its table.
 */
function closte_double_install_ultimate_multisite(): void {
	global $wpdb;

	$wpdb->query(
		"CREATE TABLE IF NOT EXISTS {$wpdb->base_prefix}wu_domain_mappings (
			id bigint(20) NOT NULL auto_increment,
			blog_id bigint(20) NOT NULL,
			domain varchar(191) NOT NULL,
			active tinyint(4) default 1,
			primary_domain tinyint(4) default 0,
			secure tinyint(4) default 0,
			stage varchar(30) DEFAULT 'checking-dns',
			date_created datetime NULL,
			date_modified datetime NULL,
			PRIMARY KEY (id),
			KEY domain (domain)
		)"
	);
}
