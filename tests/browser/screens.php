<?php
/**
 * Fills the network with a domain in each state, and with names that are hard to show: run by WP-CLI. Prints what the addresses of
 * the screens need.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

global $wpdb;

ClosteSync\Settings\Settings::load()->with(
	array(
		'targets'   => array( '203.0.113.7' ),
		'resolvers' => array( '127.0.0.1:9' ),
		'owners'    => true,
	)
)->save();

$closte_site   = wpmu_create_blog( 'shop.' . get_network()->domain, '/', 'Shop of Ada', 1, array(), get_current_network_id() );
$closte_ledger = ( new ClosteSync\Container( $wpdb ) )->ledger();
$closte_now    = time();
$closte_wrong  = static fn( string $domain ): string => (string) wp_json_encode(
	array(
		array(
			'code'     => 'elsewhere',
			'severity' => 'blocks',
			'message'  => "$domain points elsewhere.",
			'values'   => array(
				'domain'    => $domain,
				'addresses' => array( '192.0.2.1', '2001:db8::1' ),
			),
			'records'  => array(
				array( 'action' => 'set', 'type' => 'A', 'name' => $domain, 'value' => '203.0.113.7' ),
				array( 'action' => 'delete', 'type' => 'AAAA', 'name' => $domain, 'value' => '2001:db8:aaaa:bbbb:cccc:dddd:eeee:1' ),
			),
		),
	)
);
$closte_long   = 'a-very-long-name-that-somebody-registered-for-a-campaign-in-may.customers-of-ours.example';
$closte_dns    = array(
	'stage'             => 'checking-dns',
	'accepted_at'       => $closte_now - 3 * DAY_IN_SECONDS,
	'dns_state'         => 'elsewhere',
	'dns_checked_at'    => $closte_now - 60,
	'certificate_state' => '',
);
$closte_rows   = array(
	'customer.example'       => array( 'state' => 'owner-must-act', 'problems' => $closte_wrong( 'customer.example' ) ) + $closte_dns,
	'www.customer.example'   => array( 'state' => 'owner-must-act', 'problems' => $closte_wrong( 'www.customer.example' ) ) + $closte_dns,
	$closte_long             => array( 'state' => 'owner-must-act', 'problems' => $closte_wrong( $closte_long ) ) + $closte_dns,
	'xn--bcher-kva.example'  => array(
		'state'                 => 'working',
		'stage'                 => 'done',
		'dns_state'             => 'here',
		'certificate_state'     => 'valid',
		'certificate_issuer'    => 'Let’s Encrypt R11',
		'certificate_not_after' => $closte_now + 9 * DAY_IN_SECONDS,
	) + $closte_dns,
	'waits.example'          => array( 'state' => 'waiting', 'stage' => 'checking-ssl-cert', 'dns_state' => 'here', 'certificate_state' => 'self-signed' ) + $closte_dns,
	'refused.example'        => array(
		'state'         => 'network-must-act',
		'stage'         => 'failed',
		'error_kind'    => 'rejected',
		'error_reason'  => 'refused',
		'error_message' => 'Closte does not accept the domain: “It is in use by another application.”.',
		'next_call'     => 'add',
	),
);

foreach ( $closte_rows as $closte_domain => $closte_columns ) {
	$closte_ledger->want( $closte_domain, $closte_site, 'manual' );
	$wpdb->update(
		$wpdb->base_prefix . 'closte_sync_domains',
		$closte_columns + array(
			'state_since'   => $closte_now - 2 * DAY_IN_SECONDS,
			'next_call'     => '',
			'next_check_at' => $closte_now + DAY_IN_SECONDS,
		),
		array( 'domain' => $closte_domain )
	);
}

// The longest outcome that the log has.
( new ClosteSync\Container( $wpdb ) )->log()->note( ClosteSync\Log\Action::Check, ClosteSync\Log\Outcome::NetworkMustAct, 'refused.example', $closte_site );

( new ClosteSync\Owners\Ownership_Claims( new ClosteSync\Ledger\Database( $wpdb ) ) )->make( $closte_site, 'claimed.example', false );

echo wp_json_encode(
	array(
		'site'   => $closte_site,
		'domain' => $closte_ledger->find( 'customer.example' )->id,
	)
);
