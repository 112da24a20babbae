<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Rest;

use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\State;

/**
 * The JSON schema of a domain, as REST and abilities give it.
 */
final class Domain_Schema {

	/** Values of \Closte\DnsState and \Closte\CertificateState; '' before the first check. */
	private const DNS_STATES         = array( '', 'here', 'elsewhere', 'partial', 'missing', 'unknown' );
	private const CERTIFICATE_STATES = array( '', 'valid', 'absent', 'untrusted', 'self-signed', 'expired', 'wrong-host', 'unknown' );

	/**
	 * @return array<string, mixed>
	 */
	public static function item(): array {
		return array(
			'$schema'    => 'http://json-schema.org/draft-04/schema#',
			'title'      => 'closte-sync-domain',
			'type'       => 'object',
			'properties' => array(
				'id'          => self::property( 'integer', __( 'Number of the domain on the list.', 'closte-sync' ), always: true ),
				'domain'      => self::property( 'string', __( 'The domain, in ASCII form.', 'closte-sync' ), always: true ),
				'unicode'     => self::property( 'string', __( 'The domain as people write it.', 'closte-sync' ) ),
				'site'        => self::property(
					array( 'object', 'null' ),
					__( 'The site that has the domain. Null: no site.', 'closte-sync' ),
					array(
						'properties' => array(
							'id'  => self::property( 'integer', __( 'ID of the site.', 'closte-sync' ) ),
							'url' => self::property( array( 'string', 'null' ), __( 'Address of the site. Null: the site is gone.', 'closte-sync' ) ),
						),
					)
				),
				'source'      => self::property( 'string', __( 'Where the domain comes from: core, www, sync, manual, or the ID of a mapping plugin.', 'closte-sync' ) ),
				'by_hand'     => self::property( 'boolean', __( 'Whether someone added the domain manually.', 'closte-sync' ) ),
				'state'       => self::property(
					'string',
					__( 'Who must act.', 'closte-sync' ),
					array( 'enum' => array_column( State::cases(), 'value' ) ),
					true
				),
				'state_since' => self::time( __( 'Since when the domain has been in this state.', 'closte-sync' ) ),
				'stage'       => self::property(
					'string',
					__( 'How far the domain has come.', 'closte-sync' ),
					array( 'enum' => array( ...array_column( Stage::cases(), 'value' ), 'unreadable' ) )
				),
				'advice'      => self::property(
					'object',
					__( 'What is wrong and what to do next, in sentences.', 'closte-sync' ),
					array(
						'properties' => array(
							'problem' => self::property( 'string', __( 'What is wrong. Empty: nothing.', 'closte-sync' ) ),
							'next'    => self::property( 'string', __( 'What happens next, or what to do. Empty: nothing.', 'closte-sync' ) ),
						),
					)
				),
				'problems'    => self::property(
					'array',
					__( 'What the last check found, the worst first.', 'closte-sync' ),
					array(
						'items' => array(
							'type'       => 'object',
							'properties' => array(
								'code'     => self::property( 'string', __( 'A word for programs.', 'closte-sync' ) ),
								'severity' => self::property( 'string', __( 'How bad it is.', 'closte-sync' ) ),
								'message'  => self::property( 'string', __( 'The problem in a sentence.', 'closte-sync' ) ),
								'records'  => self::records(),
							),
						),
					)
				),
				'records'     => self::records(),
				'dns'         => self::property(
					'object',
					__( 'What DNS says.', 'closte-sync' ),
					array(
						'properties' => array(
							'state'      => self::property(
								'string',
								__( 'Where the domain points. Empty: not checked yet.', 'closte-sync' ),
								array( 'enum' => self::DNS_STATES )
							),
							'checked_at' => self::time( __( 'When DNS was checked.', 'closte-sync' ) ),
						),
					)
				),
				'certificate' => self::property(
					'object',
					__( 'The certificate that visitors get.', 'closte-sync' ),
					array(
						'properties' => array(
							'state'      => self::property(
								'string',
								__( 'How the certificate is. Empty: not checked yet.', 'closte-sync' ),
								array( 'enum' => self::CERTIFICATE_STATES )
							),
							'issuer'     => self::property( 'string', __( 'Who issued it.', 'closte-sync' ) ),
							'expires_at' => self::time( __( 'When it expires.', 'closte-sync' ) ),
							'checked_at' => self::time( __( 'When the certificate was checked.', 'closte-sync' ) ),
						),
					)
				),
				'accepted_at' => self::time( __( 'When Closte accepted the domain.', 'closte-sync' ) ),
				'next_check'  => self::time( __( 'When the domain is sent or checked next. Null: never.', 'closte-sync' ) ),
				'created_at'  => self::time( __( 'When the domain came on the list.', 'closte-sync' ) ),
				'updated_at'  => self::time( __( 'When its record changed last.', 'closte-sync' ) ),
			),
		);
	}

	/**
	 * @return array<string, mixed> DNS records to set or to delete.
	 */
	private static function records(): array {
		return self::property(
			'array',
			__( 'DNS records to set or to delete.', 'closte-sync' ),
			array(
				'items' => array(
					'type'       => 'object',
					'properties' => array(
						'action' => self::property(
							'string',
							__( 'What to do with the record.', 'closte-sync' ),
							array( 'enum' => array( 'set', 'delete' ) )
						),
						'type'   => self::property( 'string', __( 'Type of the record.', 'closte-sync' ) ),
						'name'   => self::property( 'string', __( 'Name of the record.', 'closte-sync' ) ),
						'value'  => self::property( 'string', __( 'Value of the record.', 'closte-sync' ) ),
					),
				),
			),
			true
		);
	}

	/**
	 * @return array<string, mixed> A time in UTC (RFC 3339); null: never.
	 */
	private static function time( string $description ): array {
		return self::property( array( 'string', 'null' ), $description, array( 'format' => 'date-time' ) );
	}

	/**
	 * @param string|list<string>  $type
	 * @param array<string, mixed> $more
	 * @param bool                 $always Whether it is in an embedded domain too.
	 * @return array<string, mixed>
	 */
	private static function property( string|array $type, string $description, array $more = array(), bool $always = false ): array {
		return array(
			'description' => $description,
			'type'        => $type,
			'context'     => $always ? array( 'view', 'edit', 'embed' ) : array( 'view', 'edit' ),
			'readonly'    => true,
		) + $more;
	}
}
