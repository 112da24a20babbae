<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Add_Domain;

use ClosteSync\Admin\Guard;
use ClosteSync\Container;
use ClosteSync\Operations\Add_Method;
use ClosteSync\Operations\Add_Option;
use ClosteSync\Operations\Dns_Preview;
use ClosteSync\Operations\Preview;
use ClosteSync\Operations\Refusal;
use ClosteSync\Operations\Site_Finder;
use ClosteSync\Rest\Controller;
use ClosteSync\Rest\Rest_Error;

defined( 'ABSPATH' ) || exit;

/**
 * `GET closte-sync/v1/preview`: what adding a domain to a site would do. Closte is not called.
 */
final class Preview_Route implements Controller {

	public const PATH = '/' . self::NAMESPACE . '/preview';

	public function __construct( private readonly Container $services ) {}

	public function register(): void {
		register_rest_route(
			self::NAMESPACE,
			'/preview',
			array(
				array(
					'methods'             => \WP_REST_Server::READABLE,
					'callback'            => Rest_Error::guard( $this->answer( ... ) ),
					'permission_callback' => Guard::allows( ... ),
					'args'                => array(
						'domain' => array(
							'type'        => 'string',
							'required'    => true,
							'maxLength'   => 2000,
							'description' => __( 'A domain in any spelling, or a web address.', 'closte-sync' ),
						),
						'site'   => array(
							'type'        => 'string',
							'default'     => '',
							'maxLength'   => 2000,
							'description' => __( 'The address of the site that gets it, or its ID.', 'closte-sync' ),
						),
						'way'    => array(
							'type'        => 'string',
							'enum'        => array_column( Add_Method::cases(), 'value' ),
							'description' => __( 'How it is to be added.', 'closte-sync' ),
						),
						'dns'    => array(
							'type'        => 'boolean',
							'default'     => true,
							'description' => __( 'Whether to look up its DNS.', 'closte-sync' ),
						),
					),
				),
				'schema' => self::schema( ... ),
			)
		);
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 */
	private function answer( \WP_REST_Request $request ): \WP_REST_Response {
		$site    = ( new Site_Finder( $this->services->site_search(), get_current_network_id() ) )->find( (string) $request['site'] );
		$preview = $this->services->domain_preview()->of( (string) $request['domain'], (int) ( $site->blog_id ?? 0 ) );
		$dns     = $request['dns'] && null === $preview->refusal ? $this->services->domain_preview()->dns( $preview ) : null;

		return new \WP_REST_Response(
			array( 'site' => null === $site ? null : (int) $site->blog_id )
				+ self::to_array( $preview, $dns )
				+ array(
					'said' => null === $dns ? Preview_View::said( $preview ) : $dns->message,
					'html' => array(
						'site'    => Preview_View::site( (string) $request['site'], (int) ( $site->blog_id ?? 0 ) ),
						'verdict' => Preview_View::verdict( $preview ),
						'ways'    => Add_Domain_Form::ways( $preview->offers, Add_Method::tryFrom( (string) $request['way'] ) ),
						'dns'     => null === $dns ? '' : Preview_View::dns( $dns ),
					),
				)
		);
	}

	/**
	 * @return array<string, mixed>
	 */
	private static function to_array( Preview $preview, ?Dns_Preview $dns ): array {
		$refusal = static fn( ?Refusal $refusal ): ?array => null === $refusal ? null : array(
			'code'    => $refusal->code,
			'message' => $refusal->message,
			'advice'  => $refusal->advice,
		);

		return array(
			'domain'  => $preview->domain,
			'shown'   => $preview->shown,
			'www'     => $preview->www,
			'owner'   => $preview->owner,
			'refusal' => $refusal( $preview->refusal ),
			'ways'    => array_map(
				static fn( Add_Option $offer ): array => array(
					'way'         => $offer->way->value,
					'label'       => $offer->label,
					'description' => $offer->sentences(),
					'refusal'     => $refusal( $offer->refusal ),
				),
				$preview->offers
			),
			'dns'     => null === $dns ? null : array(
				'state'     => $dns->state,
				'ready'     => $dns->is_ready,
				'message'   => $dns->message,
				'addresses' => $dns->addresses,
				'problems'  => $dns->problems,
				'records'   => $dns->records,
			),
		);
	}

	/**
	 * @return array<string, mixed>
	 */
	private static function schema(): array {
		$text    = array( 'type' => 'string' );
		$list    = static fn( array $of ): array => array(
			'type'  => 'array',
			'items' => $of,
		);
		$object  = static fn( array $properties, bool $is_nullable = false ): array => array(
			'type'       => $is_nullable ? array( 'object', 'null' ) : 'object',
			'properties' => $properties,
		);
		$refusal = $object(
			array(
				'code'    => $text,
				'message' => $text,
				'advice'  => $text,
			),
			true
		);

		return array(
			'$schema' => 'http://json-schema.org/draft-04/schema#',
			'title'   => 'closte-sync-preview',
		) + $object(
			array(
				'site'    => array(
					'type'        => array( 'integer', 'null' ),
					'description' => __( 'ID of the site that gets it.', 'closte-sync' ),
				),
				'domain'  => array( 'description' => __( 'The domain as it is sent to Closte.', 'closte-sync' ) ) + $text,
				'shown'   => array( 'description' => __( 'The domain for people.', 'closte-sync' ) ) + $text,
				'www'     => array(
					'type'        => array( 'string', 'null' ),
					'description' => __( 'The www name that comes with it.', 'closte-sync' ),
				),
				'owner'   => array(
					'type'        => array( 'integer', 'null' ),
					'description' => __( 'ID of the site that has it.', 'closte-sync' ),
				),
				'refusal' => $refusal,
				'ways'    => $list(
					$object(
						array(
							'way'         => array( 'enum' => array_column( Add_Method::cases(), 'value' ) ) + $text,
							'label'       => $text,
							'description' => $text,
							'refusal'     => $refusal,
						)
					)
				),
				'dns'     => $object(
					array(
						'state'     => array( 'enum' => array( 'here', 'elsewhere', 'partial', 'missing', 'unknown' ) ) + $text,
						'ready'     => array( 'type' => 'boolean' ),
						'message'   => $text,
						'addresses' => $list( $text ),
						'problems'  => $list( array( 'type' => 'object' ) ),
						'records'   => $list(
							$object(
								array(
									'action' => array( 'enum' => array( 'set', 'delete' ) ) + $text,
									'type'   => $text,
									'name'   => $text,
									'value'  => $text,
								)
							)
						),
					),
					true
				),
				'said'    => array( 'description' => __( 'The result in one sentence.', 'closte-sync' ) ) + $text,
				'html'    => $object(
					array(
						'site'    => $text,
						'verdict' => $text,
						'ways'    => $text,
						'dns'     => $text,
					)
				),
			)
		);
	}
}
